import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
  isCancellation,
} from '@temporalio/workflow';
import type { FailureDetails } from '../src/contract/failure.ts';

/** What a failed activity says to a person. */
export interface FailedStep {
  code: string;
  sentence: string;
  details: FailureDetails | undefined;
}

/** True for failures that belong to the operation. Anything else is a bug in workflow code and must stay a failed workflow task. */
export const isStepFailure = (error: unknown): boolean =>
  error instanceof ActivityFailure || error instanceof ChildWorkflowFailure || error instanceof ApplicationFailure;

export function describeFailure(error: unknown): FailedStep {
  const cause =
    error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? (error.cause ?? error) : error;
  if (cause instanceof ApplicationFailure)
    return {
      code: cause.type ?? 'BUG',
      sentence: cause.message,
      details: cause.details?.[0] as FailureDetails | undefined,
    };
  if (cause instanceof TimeoutFailure && error instanceof ActivityFailure)
    return {
      code: 'HOST_SILENT',
      sentence: `${error.activityType} did not answer in time (${cause.timeoutType}). Look whether its worker runs, then send retry.`,
      details: undefined,
    };
  return { code: 'BUG', sentence: error instanceof Error ? error.message : String(error), details: undefined };
}

/** The host's queue was not polled: nobody works there. */
export const isSilentHost = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START';

/** An activity found that a host's written look is another one than was asked for. */
export const isMissedLook = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === 'HOST_SILENT';

/** How an operation ends that a person aborted. @param by who and why, as a phrase */
export function abortedFailure(
  { operation, cluster }: { operation: string; cluster: string },
  by: string,
  state: 'changed' | 'untouched',
): ApplicationFailure {
  const left =
    state === 'changed'
      ? 'What was made so far stays; the same operation goes on from there, teardown takes it away.'
      : 'Nothing of the cluster was changed.';
  return ApplicationFailure.nonRetryable(`${operation} of ${cluster} was aborted by ${by}. ${left}`, 'ABORTED');
}

/** Why an operation ended before its time, as a sentence. */
export const describeEnd = (error: unknown): string =>
  isCancellation(error) ? 'it was cancelled' : describeFailure(error).sentence;
