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
  // The approved disk is judged once more afterwards, so that the last plan is not the one that was asked about.
  const plans = records.filter(({ activity }) => activity === 'planSwap').map(({ endedAt }) => endedAt);
  const asked = approvals.slice(-1).flatMap((to) => {
    const from = plans.findLast((at) => at < to);
    return from === undefined ? [] : [{ from, to }];
  });
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

/** A step that is left and taken up again later, as the lock is, did not last all that while. */
const TAKEN_UP_AGAIN_SECONDS = 5;

/** When a step was at work, by its activities. Pure. */
export function spansOf(records: readonly Pick<ActivityRecord, 'startedAt' | 'endedAt'>[]): Interval[] {
  const spans: Interval[] = [];
  for (const { startedAt, endedAt } of records.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const last = spans.at(-1);
    if (last === undefined || startedAt - last.to > TAKEN_UP_AGAIN_SECONDS)
      spans.push({ from: startedAt, to: endedAt });
    else last.to = Math.max(last.to, endedAt);
  }
  return spans;
}

export const lengthOf = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, { from, to }) => sum + to - from, 0);
