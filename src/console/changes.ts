import type { OperationState, StepState } from '../contract/state.ts';
import { formatDuration, secondsBetween } from './duration.ts';
import { explanation, headline } from './headline.ts';
import { oneLine } from './text.ts';

const WHOLE = Number.POSITIVE_INFINITY;

/** A line for each thing that a person following the operation should learn; none where nothing changed. */
export function describeChanges(before: OperationState | undefined, after: OperationState): string[] {
  const known = new Map(before?.steps.map((step) => [step.id, step]));
  return [
    ...headlineChange(before, after),
    ...after.steps.flatMap((step) => stepChange(known.get(step.id), step)),
    ...newRefusals(before?.refusedMessages ?? [], after.refusedMessages),
  ];
}

function headlineChange(before: OperationState | undefined, after: OperationState): string[] {
  const text = [headline(after), sayable(after)].filter((part) => part !== '').join(': ');
  const old = before === undefined ? '' : [headline(before), sayable(before)].filter((part) => part !== '').join(': ');
  return text === old ? [] : [`${after.operation} ${after.cluster} ${oneLine(text, WHOLE)}`];
}

/** Which steps run is told by the lines of the steps themselves. */
const sayable = (state: OperationState): string =>
  state.awaiting === 'none' && state.outcome === undefined ? '' : explanation(state);

function stepChange(before: StepState | undefined, after: StepState): string[] {
  const same = before?.status === after.status && before.attempt === after.attempt && before.because === after.because;
  if (same || after.status === 'pending') return [];
  const seconds = secondsBetween(after.startedAt, after.endedAt);
  const took = seconds === undefined ? '' : ` in ${formatDuration(seconds)}`;
  const attempt = after.attempt > 1 ? ` (attempt ${after.attempt})` : '';
  const why = after.because === undefined || after.because === '' ? '' : `: ${oneLine(after.because, WHOLE)}`;
  return [`  ${after.status} ${after.id}${attempt}${took}${why}`];
}

/** The list keeps the newest five, so what is new is what stands after the longest known beginning. */
function newRefusals(before: readonly string[], after: readonly string[]): string[] {
  const known = [...before];
  const fresh = after.filter((message) => {
    const at = known.indexOf(message);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
  return fresh.map((message) => `  not honoured: ${oneLine(message, WHOLE)}`);
}
