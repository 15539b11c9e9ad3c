import type { WorkflowHandle } from '@temporalio/client';
import type { TimeShares } from '../../src/time-shares.ts';
import { activityRecords, secondsOf } from './activity-record.ts';
import { sharesBetween } from './shares.ts';

/** What one run of an operation cost, read from its history. Seconds. */
export interface Measured {
  operation: string;
  /** From the approval where there was one, else from the start, to the end. */
  seconds: number;
  shares: TimeShares;
  historyEvents: number;
  steps: { step: string; seconds: number; shares: TimeShares }[];
}

export async function measure(operation: string, handle: WorkflowHandle): Promise<Measured> {
  const events = (await handle.fetchHistory()).events ?? [];
  const approval = events.findLast(
    ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === 'approve',
  );
  const [first, last] = [approval ?? events[0], events.at(-1)];
  if (first === undefined || last === undefined) throw new Error(`${operation} has no history.`);
  const [from, to] = [secondsOf(first), secondsOf(last)];
  const records = activityRecords(events);
  const names = [...new Set(records.flatMap(({ step }) => step ?? []))];
  const steps = names.map((step) => {
    const own = records.filter((record) => record.step === step);
    const [begin, end] = [Math.min(...own.map((one) => one.startedAt)), Math.max(...own.map((one) => one.endedAt))];
    return { step, seconds: end - begin, shares: sharesBetween(own, begin, end) };
  });
  return {
    operation,
    seconds: to - from,
    shares: sharesBetween(records, from, to),
    historyEvents: events.length,
    steps,
  };
}
