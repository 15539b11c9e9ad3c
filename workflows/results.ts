import type { OperationResult, OperationState } from '../src/contract/state.ts';
import type { Plan } from '../src/contract/plan.ts';

/** Result of an operation that ended before anything was changed; a dry run's carries the plan. */
export const ended = (
  state: OperationState,
  outcome: Exclude<OperationResult['outcome'], 'done'>,
  summary: string,
): OperationResult => close(state, outcome, summary, outcome === 'planned' ? state.plan : undefined);

/** Result of an operation that did what its plan says. */
export const finished = (state: OperationState, summary: string): OperationResult =>
  close(state, 'done', summary, undefined);

function close(
  state: OperationState,
  outcome: OperationResult['outcome'],
  summary: string,
  plan: Plan | undefined,
): OperationResult {
  state.outcome = outcome;
  state.summary = summary;
  const { findings, waived, steps } = state;
  return { summary, outcome, ...(plan === undefined ? {} : { plan }), findings, waived, steps };
}

/** Seconds of the workflow's clock, to a tenth. */
export const secondsSince = (startMilliseconds: number): number =>
  Math.round((Date.now() - startMilliseconds) / 100) / 10;
