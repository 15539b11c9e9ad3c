import { Context } from '@temporalio/activity';
import { readLayout } from '../../src/ceph/read-layout.ts';
import type { ClusterInput } from '../../src/contract/ceph-activities.ts';
import type { ClusterLayout } from '../../src/contract/cluster-layout.ts';
import { isOnItsWay } from '../../src/domain/pg-progress.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';

/** Peering and activating take seconds after every change of weights; a PG that stays so for longer is a fault, and shown as one. */
const PASSES_WITHIN_SECONDS = 30;

/** Where data lies, looked at until no PG is on its way between two states, or for half a minute. Changes nothing. */
export async function readSettledLayout(deps: AgentDeps, { cluster }: ClusterInput): Promise<ClusterLayout> {
  const session = await sessionOf(deps, cluster);
  return readSettled({
    cluster,
    read: () => readLayout(session),
    isPassing: ({ pgs }) => Object.keys(pgs.byState).some(isOnItsWay),
  });
}

interface Reading<T> {
  cluster: string;
  read: () => Promise<T>;
  /** What was read is on its way to something else by itself. */
  isPassing: (seen: T) => boolean;
}

/** Reads again until nothing is on its way any more, or for half a minute: the last that was read. */
export async function readSettled<T>({ cluster, read, isPassing }: Reading<T>): Promise<T> {
  const deadline = performance.now() + PASSES_WITHIN_SECONDS * 1000;
  for (;;) {
    const seen = await whileHeartbeating(() => `looking where the data of ${cluster} lies`, read);
    if (!isPassing(seen) || performance.now() > deadline) return seen;
    await Context.current().sleep(1000);
  }
}
