import type { ActivityRecord } from './activity-record.ts';

/** Seconds since the epoch. */
export interface Interval {
  from: number;
  to: number;
}

/**
 * When an operation waited for a person to put a disk in and to approve it. Such a wait ends when the disk is in (`pluggedAt`, seconds since
 * the epoch): that it is recognised takes cephflow's own time. `approvals` are the times of all approvals. Pure.
 */
export function handsIn(
  records: readonly ActivityRecord[],
  approvals: readonly number[],
  pluggedAt: number | undefined,
): Interval[] {
  const swaps = records
    .filter(({ activity }) => activity === 'untilNewDisk')
    .map(({ startedAt, endedAt }) => ({ from: startedAt, to: Math.min(endedAt, pluggedAt ?? endedAt) }));
  const planned = records.findLast(({ activity }) => activity === 'planSwap')?.endedAt ?? Number.POSITIVE_INFINITY;
  const approval = approvals.find((at) => at > planned);
  const asked = approval === undefined ? [] : [{ from: planned, to: approval }];
  return [...swaps, ...asked].filter(({ from, to }) => to > from).toSorted((a, b) => a.from - b.from);
}

/** What is left of a time without these, which are in order and do not overlap. Pure. */
export function outside(hands: readonly Interval[], { from, to }: Interval): Interval[] {
  const left: Interval[] = [];
  let since = from;
  for (const hand of hands.filter((one) => one.to > from && one.from < to)) {
    if (hand.from > since) left.push({ from: since, to: hand.from });
    since = hand.to;
  }
  return to > since ? [...left, { from: since, to }] : left;
}

export const lengthOf = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, { from, to }) => sum + to - from, 0);
