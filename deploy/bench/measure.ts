import type { WorkflowHandle } from '@temporalio/client';
import type { TimeShares } from '../../src/time-shares.ts';
import { activityRecords, secondsOf, type ActivityRecord } from './activity-record.ts';
import { handsIn, lengthOf, outside, spansOf, type Interval } from './hands.ts';
import { sharesWithin } from './shares.ts';

/** What one run of an operation cost, read from its history. Seconds. */
export interface Measured {
  operation: string;
  /** From the first approval where there was one, else from the start, to the end; without what was waited for hands. */
  seconds: number;
  shares: TimeShares;
  historyEvents: number;
  steps: { step: string; seconds: number; shares: TimeShares }[];
  /** Where a disk was put in: from then until its OSD was up, in and in its place. */
  plugToUpSeconds?: number;
}

/** What the bench saw besides the history. */
export interface Witnessed {
  /** Milliseconds since the epoch. */
  pluggedAt?: number;
}

export async function measure(
  operation: string,
  handle: WorkflowHandle,
  { pluggedAt }: Witnessed = {},
): Promise<Measured> {
  const events = (await handle.fetchHistory()).events ?? [];
  const approvals = events.filter(
    ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === 'approve',
  );
  const [first, last] = [approvals[0] ?? events[0], events.at(-1)];
  if (first === undefined || last === undefined) throw new Error(`${operation} has no history.`);
  const records = activityRecords(events);
  const plugged = pluggedAt === undefined ? undefined : pluggedAt / 1000;
  const hands = handsIn(records, approvals.map(secondsOf), plugged);
  const names = [...new Set(records.flatMap(({ step }) => step ?? []))];
  const steps = names.map((step) => {
    const own = records.filter((record) => record.step === step);
    return {
      step,
      ...timesOf(
        own,
        spansOf(own).flatMap((span) => outside(hands, span)),
      ),
    };
  });
  const upAt = records.find(({ activity }) => activity === 'untilOsdsIn')?.endedAt;
  return {
    operation,
    ...timesOf(records, outside(hands, { from: secondsOf(first), to: secondsOf(last) })),
    historyEvents: events.length,
    steps,
    ...(plugged === undefined || upAt === undefined ? {} : { plugToUpSeconds: upAt - plugged }),
  };
}

const timesOf = (records: ActivityRecord[], within: readonly Interval[]) => ({
  seconds: lengthOf(within),
  shares: sharesWithin(records, within),
});
