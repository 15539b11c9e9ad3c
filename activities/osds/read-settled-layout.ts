import { Context } from '@temporalio/activity';
import { readLayout } from '../../src/ceph/read-layout.ts';
import type { ClusterLayout } from '../../src/contract/cluster-layout.ts';
import type { ReadLayoutInput } from '../../src/contract/osd-activities.ts';
import { isOnItsWay } from '../../src/domain/pg-progress.ts';
import { isBeingRestored } from '../../src/domain/redundancy.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';

/**
 * Peering and activating take seconds after every change of weights, and so do the copies of what clients write while data moves; what stays so
 * for longer is shown as it is. Below the limit of the activity, which is a minute.
 */
const PASSES_WITHIN_SECONDS = 40;

/** Where data lies, looked at until nothing is on its way between two states, or for 40 seconds. Changes nothing. */
export async function readSettledLayout(deps: AgentDeps, { cluster, osd }: ReadLayoutInput): Promise<ClusterLayout> {
  const session = await sessionOf(deps, cluster);
  return readSettled({
    cluster,
    read: () => readLayout(session),
    isPassing: (layout) =>
      Object.keys(layout.pgs.byState).some(isOnItsWay) || (osd !== undefined && isBeingRestored(layout, osd)),
  });
}

interface Reading<T> {
  cluster: string;
  read: () => Promise<T>;
  /** What was read is on its way to something else by itself. */
  isPassing: (seen: T) => boolean;
}

/** Reads again until nothing is on its way any more, or for 40 seconds: the last that was read. */
export async function readSettled<T>({ cluster, read, isPassing }: Reading<T>): Promise<T> {
  const deadline = performance.now() + PASSES_WITHIN_SECONDS * 1000;
  for (;;) {
    const seen = await whileHeartbeating(() => `looking where the data of ${cluster} lies`, read);
    if (!isPassing(seen) || performance.now() > deadline) return seen;
    await Context.current().sleep(1000);
  }
}
