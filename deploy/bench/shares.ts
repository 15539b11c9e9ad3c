import type { TimeShares } from '../../src/time-shares.ts';
import type { ActivityRecord } from './activity-record.ts';
import type { Interval } from './hands.ts';

/**
 * Splits the time from `from` to `to` (seconds since the epoch) by whom it was spent on. A moment without a running activity is our own
 * (queues, workflow tasks). Where several run, the one that is least our own decides, because the others would not have been quicker;
 * inside of one activity its shares count as spread evenly, since the history does not say when each of them was.
 */
export function sharesBetween(records: ActivityRecord[], from: number, to: number): TimeShares {
  const edges = [from, to, ...records.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt])]
    .filter((edge) => edge >= from && edge <= to)
    .toSorted((a, b) => a - b);
  const shares = { ceph: 0, kubernetes: 0, own: 0 };
  for (const [index, edge] of edges.slice(1).entries()) {
    const start = edges[index] ?? edge;
    const running = records.filter(
      ({ startedAt, endedAt }) => startedAt <= start && endedAt >= edge && endedAt > startedAt,
    );
    const part = running.map(fractions).toSorted((a, b) => a.own - b.own)[0] ?? { ceph: 0, kubernetes: 0, own: 1 };
    shares.ceph += part.ceph * (edge - start);
    shares.kubernetes += part.kubernetes * (edge - start);
    shares.own += part.own * (edge - start);
  }
  return shares;
}

/** As `sharesBetween`, for several times together. */
export function sharesWithin(records: ActivityRecord[], intervals: readonly Interval[]): TimeShares {
  const sum = { ceph: 0, kubernetes: 0, own: 0 };
  for (const { from, to } of intervals) {
    const { ceph, kubernetes, own } = sharesBetween(records, from, to);
    sum.ceph += ceph;
    sum.kubernetes += kubernetes;
    sum.own += own;
  }
  return sum;
}

/** What the activity itself did not see, between worker and server, is our own too. */
function fractions({ startedAt, endedAt, took }: ActivityRecord): TimeShares {
  const whole = Math.max(endedAt - startedAt, took.ceph + took.kubernetes);
  const [ceph, kubernetes] = [took.ceph / whole, took.kubernetes / whole];
  return { ceph, kubernetes, own: 1 - ceph - kubernetes };
}
