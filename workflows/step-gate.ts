import type { SilentHost } from '../src/contract/host-activities.ts';
import type { Awaiting } from '../src/contract/names.ts';
import type { StepState } from '../src/contract/state.ts';

/** What a person said to a step that waits. */
export type Answer = 'retry' | 'skip';

/** One step that waits for a person or for a host, and the answer once it came. */
export interface Gate {
  step: StepState;
  answer: Answer | undefined;
  /** Who answered. */
  by?: string;
  /** Hosts that it waits for; none where it waits for a person. */
  hosts: SilentHost[];
}

/** Ends a wait for a host: a person did not want to wait any longer. */
export class Answered extends Error {
  readonly gate: Gate;

  constructor(gate: Gate) {
    super(`a person sent ${gate.answer}`);
    this.name = 'Answered';
    this.gate = gate;
  }
}

/** What all steps together wait for, worst first, and one sentence naming it. */
export function awaitingOf(steps: readonly StepState[]): { awaiting: Awaiting; because: string } {
  const parked = steps.find((step) => step.status === 'parked');
  if (parked !== undefined) return { awaiting: 'operator', because: `${parked.id}: ${parked.because ?? 'parked'}` };
  const silent = steps.find((step) => step.status === 'waiting-for-host');
  if (silent !== undefined) return { awaiting: 'host', because: silent.because ?? silent.id };
  return { awaiting: 'none', because: '' };
}
