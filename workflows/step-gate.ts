import type { Awaiting } from '../src/contract/names.ts';
import type { StepState } from '../src/contract/state.ts';

/** What a person said to a parked step. */
export type Answer = 'retry' | 'skip';

/** One step that waits for a person, and the answer once it came. */
export interface ParkedStep {
  step: StepState;
  answer: Answer | undefined;
}

/** What all steps together wait for, worst first, and one sentence naming it. */
export function awaitingOf(steps: readonly StepState[]): { awaiting: Awaiting; because: string } {
  const parked = steps.find((step) => step.status === 'parked');
  if (parked !== undefined) return { awaiting: 'operator', because: `${parked.id}: ${parked.because ?? 'parked'}` };
  const silent = steps.find((step) => step.status === 'waiting-for-host');
  if (silent !== undefined) return { awaiting: 'host', because: silent.because ?? silent.id };
  return { awaiting: 'none', because: '' };
}
