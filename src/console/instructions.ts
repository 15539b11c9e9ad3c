import { OPERATIONS } from '../contract/operations.ts';
import type { MessageName } from '../contract/messages.ts';
import type { OperationState, StepState } from '../contract/state.ts';
import { shownHash } from './plan.ts';

/** A message that a person can send now, with its payload but for the person's own words. */
export interface Offer {
  /** Several where the same payload fits several messages: `retry` or `skip`. */
  messages: MessageName[];
  /** When to send it. */
  purpose: string;
  payload: Record<string, string | number>;
}

export const YOUR_NAME = '<your name>';
const YOUR_REASON = '<why>';

/**
 * What a person can send so that the operation goes on or ends, most useful first. The one source for console page, `show` and
 * `watch`, so that no two of them ask for different things. Empty where nothing is needed.
 */
export function offersFor(state: OperationState): Offer[] {
  if (state.outcome !== undefined || state.phase === 'ended') return [];
  return [...approvalOffers(state), ...parkedOffers(state), ...silenceOffers(state), ...pauseOffers(state)];
}

function approvalOffers(state: OperationState): Offer[] {
  if (state.awaiting !== 'approval' || state.plan === undefined) return [];
  const named: Offer['payload'] = approvalNamesCluster(state.operation) ? { cluster: state.cluster } : {};
  return [
    {
      messages: ['approve'],
      purpose: 'to go on with exactly this plan',
      payload: { plan: shownHash(state.plan), by: YOUR_NAME, ...named },
    },
    {
      messages: ['reject'],
      purpose: 'to end without a change',
      payload: { by: YOUR_NAME, reason: YOUR_REASON },
    },
  ];
}

export const approvalNamesCluster = (operation: string): boolean =>
  OPERATIONS.some((contract) => contract.name === operation && contract.approvalNamesCluster);

function parkedOffers(state: OperationState): Offer[] {
  const parked = parkedSteps(state);
  if (parked.length === 0 && state.awaiting !== 'operator') return [];
  const abort: Offer = {
    messages: ['abort'],
    purpose: 'to undo what is reversible and end',
    payload: { by: YOUR_NAME, reason: YOUR_REASON },
  };
  return [...parked.map(stepOffer), abort];
}

const stepOffer = (step: StepState): Offer => ({
  messages: step.skippable ? ['retry', 'skip'] : ['retry'],
  purpose: step.skippable ? 'to try again, or to go on without it' : 'to try again once the cause is cured',
  payload: { step: step.id, attempt: step.attempt, by: YOUR_NAME },
});

/** A host that is waited for needs nobody; a person who knows that it will not come back may leave it out where the step allows that. */
const silenceOffers = (state: OperationState): Offer[] =>
  state.steps
    .filter((step) => step.status === 'waiting-for-host' && step.skippable)
    .map((step) => ({
      messages: ['skip'],
      purpose: 'to leave the host out, only where it is powered off for certain (its daemons may still write)',
      payload: { step: step.id, attempt: step.attempt, by: YOUR_NAME },
    }));

/** Steps that wait for a person, in order. */
export const parkedSteps = (state: Pick<OperationState, 'steps'>): StepState[] =>
  state.steps.filter((step) => step.status === 'parked');

const pauseOffers = (state: OperationState): Offer[] =>
  state.paused ? [{ messages: ['resume'], purpose: 'to go on after the pause', payload: { by: YOUR_NAME } }] : [];
