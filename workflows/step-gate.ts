import type { SilentHost } from '../src/contract/host-activities.ts';
import type { Awaiting } from '../src/contract/names.ts';
import type { StepState } from '../src/contract/state.ts';

/** What a person said to a step that waits. */
export type Answer = 'retry' | 'skip';

/**
 * `optional`: the cluster serves without it, so a person may skip it. `skippable-in-silence`: a person may skip it while its host is silent,
 * and the host is then owed. `goes-on-without`: the same, and its body, which can do without such a host, is run again. `always-parks`: it
 * comes after an approval, which would be lost if a request that cannot be honoured ended the operation.
 */
export type StepKind = 'compulsory' | 'optional' | 'skippable-in-silence' | 'goes-on-without' | 'always-parks';

/** A step, and what may be answered when it waits. */
export interface Gated {
  readonly step: StepState;
  readonly kind: StepKind;
}

/** One wait of a step for a person or for hosts, and the answer once it came. It takes answers while the step lists it. */
export interface Gate extends Gated {
  /** Hosts that it waits for; none where it waits for a person. */
  hosts: SilentHost[];
  answer: Answer | undefined;
  /** Who answered. */
  by?: string;
  /** The attempt that waits has ended, so nobody waits behind it any more. */
  over: boolean;
  /** In a history of before waits could be answered: it ends by itself alone. */
  deaf: boolean;
}

export const newGate = ({ step, kind }: Gated, hosts: SilentHost[] = []): Gate => ({
  step,
  kind,
  hosts,
  answer: undefined,
  over: false,
  deaf: false,
});

export const isSkippableInSilence = ({ kind }: Gated): boolean =>
  kind === 'skippable-in-silence' || kind === 'goes-on-without';

/** `n3 (since 2026-11-22T04:05:06Z) and n4`. */
export const namesOf = (hosts: readonly SilentHost[]): string =>
  hosts.map(({ node, since }) => (since === null ? node : `${node} (since ${since})`)).join(' and ');

const SKIP_DANGER =
  'Skip leaves the host owing: only where it is powered off for certain, because its daemons may still write.';

/** What a step that waits for hosts shows. `why` says what failed without them. */
export function describeWait(gate: Gate, why?: string): string {
  const waits = `waits for host ${namesOf(gate.hosts)}, which does not answer; it goes on by itself when the host is back.`;
  return [waits, isSkippableInSilence(gate) ? SKIP_DANGER : undefined, why]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** A host that a person left out of a step while it was silent. */
export interface LeftHost extends SilentHost {
  /** In which step, by whom. */
  because: string;
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

/** A wait of a step for hosts. */
export interface HostWait {
  hosts: SilentHost[];
  wanted: 'all' | 'any';
  /** What failed without them. */
  sentence: string;
}

/** How a wait ended. */
export interface Ended {
  answer: Answer;
  sentence: string;
}
