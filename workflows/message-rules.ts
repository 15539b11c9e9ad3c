import type { OperationState } from '../src/contract/state.ts';
import type { MessageRules } from './inbox.ts';
import { namesOf, type Answer, type Gate } from './step-gate.ts';

/** What messages may look at and do. */
export interface Desk {
  readonly state: OperationState;
  /** Steps that take an answer now. */
  gates: () => ReadonlyMap<string, Gate>;
  hasChanged: () => boolean;
  approve: (hash: string) => void;
  reject: (because: string) => void;
  abort: (because: string) => void;
  /** Something that is shown has changed. */
  changed: () => void;
}

/** When each message may be obeyed, and what it does. A message never hits anything but what it names. */
export const rulesFor = (desk: Desk, naming: 'names-cluster' | 'hash-alone'): MessageRules => ({
  approve: {
    problem: (message) => approvalProblem(desk.state, message, naming),
    obey: (message) => {
      desk.approve(desk.state.plan?.hash ?? '');
      desk.state.approvedBy = message.by;
      return `plan ${message.plan} is approved by ${message.by}; it goes on`;
    },
  },
  reject: {
    problem: () => (desk.hasChanged() ? 'the plan is being applied; send abort to stop it' : endedProblem(desk)),
    obey: (message) => {
      desk.reject(`${message.by}: ${message.reason}`);
      return `rejected by ${message.by}; it ends without a change`;
    },
  },
  retry: {
    problem: (message) => stepProblem(desk, message),
    obey: (message) => answer(desk, message, 'retry'),
  },
  skip: {
    problem: (message) => stepProblem(desk, message) ?? skipProblem(desk, message.step),
    obey: (message) => answer(desk, message, 'skip'),
  },
  abort: {
    problem: () => endedProblem(desk),
    obey: (message) => {
      desk.abort(`${message.by}: ${message.reason}`);
      return 'aborting: running writes are let finish, what is reversible is undone';
    },
  },
  pause: { problem: () => endedProblem(desk), obey: (message) => pause(desk, 'paused', message.by) },
  resume: { problem: () => endedProblem(desk), obey: (message) => pause(desk, 'going on', message.by) },
});

function approvalProblem(
  state: OperationState,
  message: { plan: string; cluster?: string | undefined },
  naming: 'names-cluster' | 'hash-alone',
): string | undefined {
  const hash = state.plan?.hash;
  if (state.awaiting !== 'approval' || hash === undefined) return `no plan waits for approval in phase ${state.phase}`;
  if (!hash.startsWith(message.plan))
    return `plan ${message.plan} is not the one asked now (${hash.slice(0, 12)}), so nothing was done`;
  if (naming === 'hash-alone' || message.cluster === state.cluster) return undefined;
  return `approving ${state.operation} needs "cluster":"${state.cluster}" in the message, so nothing was done`;
}

const endedProblem = ({ state }: Desk): string | undefined =>
  state.phase === 'ended' ? 'the operation has ended, so nothing was done' : undefined;

function stepProblem(desk: Desk, { step, attempt }: { step: string; attempt: number }): string | undefined {
  const gate = desk.gates().get(step);
  if (gate === undefined) return `step ${step} is not parked and waits for no host, so nothing was done`;
  if (gate.answer !== undefined) return `step ${step} was answered already, so nothing was done`;
  if (gate.deaf)
    return `step ${step} began before waits could be answered: it goes on by itself when ${namesOf(gate.hosts)} is back; send abort to end the operation`;
  if (gate.step.attempt === attempt) return undefined;
  const waits = gate.hosts.length === 0 ? 'is parked' : 'waits for a host';
  return `step ${step} ${waits} at attempt ${gate.step.attempt}, not ${attempt}, so nothing was done`;
}

const skipProblem = (desk: Desk, step: string): string | undefined =>
  desk.gates().get(step)?.step.skippable === true
    ? undefined
    : `step ${step} cannot be skipped: the outcome rests on it`;

function answer(desk: Desk, { step, by }: { step: string; by: string }, word: Answer): string {
  const gate = desk.gates().get(step);
  if (gate === undefined) return `step ${step} waits no more`;
  Object.assign(gate, { answer: word, by });
  if (word === 'skip' && gate.kind === 'goes-on-without') return `step ${step} goes on without ${namesOf(gate.hosts)}`;
  return word === 'retry' ? `step ${step} is tried again` : `step ${step} is skipped`;
}

function pause(desk: Desk, word: 'paused' | 'going on', by: string): string {
  desk.state.paused = word === 'paused';
  desk.changed();
  return `${word}, as ${by} wished${word === 'paused' ? '; steps that run are let finish' : ''}`;
}
