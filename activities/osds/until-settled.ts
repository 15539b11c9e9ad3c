import { Context } from '@temporalio/activity';
import { readPgs } from '../../src/ceph/read-pgs.ts';
import type { ClusterInput } from '../../src/contract/ceph-activities.ts';
import type { PgState } from '../../src/contract/pg-state.ts';
import { describeProgress, isSettled } from '../../src/domain/pg-progress.ts';
import { failure } from '../../src/errors.ts';
import { waitingFor } from '../../src/time-shares.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { until, type Look } from '../ceph/waiting.ts';

/** For one to five seconds after a change Ceph still calls every PG clean, so a settled state has to hold for this long. */
const HOLDS_FOR_SECONDS = 10;
/**
 * Waits, however long it takes, until every PG is active and clean and nothing is left to move; heartbeats progress, rate and time left.
 * Changes nothing. The server ends each try after an hour and makes another, so that days are no failure.
 */
export async function untilSettled(deps: AgentDeps, { cluster }: ClusterInput): Promise<PgState> {
  const session = await sessionOf(deps, cluster);
  let since: number | undefined;
  return until<PgState>({
    timeoutSeconds: Number.POSITIVE_INFINITY,
    look: async (): Promise<Look<PgState>> => {
      const state = await readPgs(session);
      if (!isSettled(state)) since = undefined;
      else since ??= performance.now();
      if (since !== undefined && performance.now() - since >= HOLDS_FOR_SECONDS * 1000) return { done: state };
      if (since === undefined) await waitingFor('ceph', () => Context.current().sleep(BETWEEN_LOOKS_MILLISECONDS));
      return { waiting: describeProgress(state) };
    },
    giveUp: (because) => failure('COMMAND_TIMED_OUT', `Data of ${cluster} still moves ${because}`),
  });
}

/** Data moves for minutes to days; every look costs a `ceph` process. */
const BETWEEN_LOOKS_MILLISECONDS = 2000;
