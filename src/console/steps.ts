import type { OperationState, StepState, StepStatus } from '../contract/state.ts';
import { alignColumns, type Column } from './columns.ts';
import { formatDuration, secondsBetween } from './duration.ts';
import { oneLine } from './text.ts';

/** Lines of the table of steps, header first, then one per step in order. Empty where there are no steps. */
export function renderSteps(steps: readonly StepState[]): string[] {
  if (steps.length === 0) return [];
  const columns: Column<StepState>[] = [
    { title: 'STEP', value: (step) => step.id },
    { title: 'STATE', value: stateOf },
    { title: 'TIME', value: timeOf },
    { title: 'NOTE', value: (step) => step.because ?? '' },
  ];
  return alignColumns(steps, columns);
}

/** The same in a sentence, where a table would be too wide: `parked (attempt 3) since 2026-02-03 04:05:10Z: no answer`. */
export function describeStep(step: StepState, noteLimitBytes: number): string {
  const time = timeOf(step);
  const state = [stateOf(step), ...(time === '' ? [] : [step.endedAt === undefined ? time : `in ${time}`])].join(' ');
  const note = oneLine(step.because ?? '', noteLimitBytes);
  return note === '' ? state : `${state}: ${note}`;
}

const stateOf = (step: StepState): string =>
  step.attempt > 1 ? `${step.status} (attempt ${step.attempt})` : step.status;

/** Seconds of what has ended; since when for the rest, because this text stays on the page unchanged while time passes. */
function timeOf(step: StepState): string {
  const seconds = secondsBetween(step.startedAt, step.endedAt);
  if (seconds !== undefined) return formatDuration(seconds);
  return step.startedAt === undefined ? '' : `since ${clockTime(step.startedAt)}`;
}

/** `2026-02-03 04:05:06Z`: the date stays, since waits may last for days. */
export const clockTime = (iso: string): string => iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z');

/** `7 of 12 steps done, 1 parked`. */
export function progressOf(state: Pick<OperationState, 'steps'>): string {
  const ended = countOf(state.steps, 'done') + countOf(state.steps, 'skipped');
  const others = (['running', 'parked', 'waiting-for-host', 'failed'] as const)
    .map((status) => ({ status, count: countOf(state.steps, status) }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`);
  return [`${ended} of ${state.steps.length} steps done`, ...others].join(', ');
}

const countOf = (steps: readonly StepState[], status: StepStatus): number =>
  steps.filter((step) => step.status === status).length;
