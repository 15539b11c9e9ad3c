import { CancelledFailure } from '@temporalio/common';
import { CephflowError } from '../src/errors.ts';

/** Heartbeat of an attempt that follows failed ones: what it does, and how many attempts before it failed by themselves. */
interface HeartbeatAfterFailures {
  says: unknown;
  ownFailures: number;
}

/** Codes that say nothing about the step: they are ridden out, however long, and do not count. */
const RIDDEN_OUT: readonly string[] = ['KUBERNETES_UNREACHABLE', 'OPERATION_HELD'];

/** True where the attempt itself failed; an outage, a cancellation, or (never seen here) a killed worker is no failure of the step. */
export const isOwnFailure = (error: unknown): boolean =>
  !(error instanceof CancelledFailure) &&
  !(error instanceof Error && error.name === 'AbortError') &&
  !(error instanceof CephflowError && RIDDEN_OUT.includes(error.code));

/**
 * Own failures that an attempt leaves to the next one. Another operation that holds the cluster was read from the API server, so the attempt
 * worked and earlier faults are over: a wait of days must not end because of a few that are hours apart.
 */
export function ownFailuresAfter(error: unknown, before: number): number {
  if (error instanceof CephflowError && error.code === 'OPERATION_HELD') return 0;
  return isOwnFailure(error) ? before + 1 : before;
}

/** Own failures of the attempts before, as their last heartbeat told. Temporal's count of attempts has killed workers and outages in it. */
export const ownFailuresBefore = (lastHeartbeat: unknown): number =>
  typeof lastHeartbeat === 'object' && lastHeartbeat !== null && 'ownFailures' in lastHeartbeat
    ? Number(lastHeartbeat.ownFailures)
    : 0;

/** Only an attempt after failed ones carries their number; a person who looks sees the plain sentence otherwise. */
export const heartbeatOf = (says: unknown, ownFailures: number): unknown =>
  ownFailures === 0 ? says : ({ says, ownFailures } satisfies HeartbeatAfterFailures);
