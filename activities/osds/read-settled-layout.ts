import { readLayout } from '../../src/ceph/read-layout.ts';
import type { ClusterInput } from '../../src/contract/ceph-activities.ts';
import type { ClusterLayout } from '../../src/contract/cluster-layout.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';
import { Context } from '@temporalio/activity';

/** Peering and activating take seconds after every change of weights; a PG that stays so for longer is a fault, and shown as one. */
const PASSES_WITHIN_SECONDS = 30;
const PASSING = /\b(peering|activating|creating|unknown)\b/;

/** Where data lies, looked at until no PG is on its way between two states, or for half a minute. Changes nothing. */
export async function readSettledLayout(deps: AgentDeps, { cluster }: ClusterInput): Promise<ClusterLayout> {
  const session = await sessionOf(deps, cluster);
  const deadline = performance.now() + PASSES_WITHIN_SECONDS * 1000;
  for (;;) {
    const layout = await whileHeartbeating(
      () => `looking where the data of ${cluster} lies`,
      () => readLayout(session),
    );
    const passing = Object.keys(layout.pgs.byState).some((state) => PASSING.test(state));
    if (!passing || performance.now() > deadline) return layout;
    await Context.current().sleep(1000);
  }
}
