import type { Awaiting, Phase } from '../contract/names.ts';
import type { OperationState } from '../contract/state.ts';

const PHASES: Record<Phase, string> = {
  observe: 'looks at what is there and changes nothing',
  plan: 'works out the plan and changes nothing',
  approve: 'has a plan',
  lock: 'takes its place among the operations of the cluster',
  apply: 'applies the plan',
  verify: 'proves the outcome',
  report: 'writes the report',
  undo: 'undoes what is reversible',
  ended: 'has ended',
};

const WAITS: Record<Exclude<Awaiting, 'none'>, string> = {
  approval: 'waits for your approval',
  operator: 'is parked and waits for you',
  host: 'waits for a host and goes on by itself when it is back',
  operation: 'waits for another operation and goes on by itself after it',
};

/** What the operation is doing, in a few words that follow its name: `waits for your approval`. */
export function headline(state: OperationState): string {
  if (state.outcome !== undefined) return `has ended: ${state.outcome}`;
  const doing = state.awaiting === 'none' ? PHASES[state.phase] : WAITS[state.awaiting];
  return state.paused ? `${doing} (paused)` : doing;
}

/** The sentence behind the headline: the result, the reason of the wait, or what runs now. */
export function explanation(state: OperationState): string {
  if (state.summary !== undefined && state.summary !== '') return state.summary;
  if (state.awaitingBecause !== '') return state.awaitingBecause;
  const running = state.steps.filter((step) => step.status === 'running').map((step) => step.id);
  return running.length === 0 ? (state.plan?.summary ?? '') : `Running: ${running.join(', ')}.`;
}
