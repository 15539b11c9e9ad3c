import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import {
  ApplicationFailure,
  CancelledFailure,
  NamespaceNotFoundError,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowNotFoundError,
} from '@temporalio/common';
import type { ErrorDetails } from '../errors.ts';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';
import type { Ending } from './temporal-port.ts';

/** gRPC status numbers that mean something to a person here. */
const GRPC = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  failedPrecondition: 9,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const grpcCodeOf = (error: unknown): number | undefined => {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.code : undefined;
};

const WITHOUT_WORKER: ReadonlySet<number> = new Set([GRPC.cancelled, GRPC.deadlineExceeded, GRPC.failedPrecondition]);

/** True where Temporal answered, or ran out of time, because no worker did. */
export function isSilence(error: unknown): boolean {
  const code = grpcCodeOf(error);
  return code !== undefined && WITHOUT_WORKER.has(code);
}

/** Turns what the client threw into one sentence; passes on what is no failure of the service. */
export function unreachable(error: unknown, description: string): unknown {
  if (error instanceof WorkflowNotFoundError)
    return new CommandError(EXIT.refused, 'There is no such operation running; list them with "cephflow operations".');
  if (error instanceof NamespaceNotFoundError)
    return new CommandError(
      EXIT.unreachable,
      `${description} does not have that namespace; name the right one with --temporal-namespace (or TEMPORAL_NAMESPACE).`,
    );
  const because = serviceReason(error);
  if (because === undefined) return error;
  return new CommandError(EXIT.unreachable, `${description} ${because}`, { cause: error });
}

/** While connecting, the client throws plain errors as well, which do not say why; `because` does. */
export function notConnected(cause: unknown, description: string, because: string): CommandError {
  const known = unreachable(cause, description);
  if (known instanceof CommandError) return known;
  return new CommandError(EXIT.unreachable, `${description} ${because}`, { cause });
}

const NO_ANSWER = 'does not answer; look whether it runs, or name another with --address (or TEMPORAL_ADDRESS).';

function serviceReason(error: unknown): string | undefined {
  const detail = detailOf(error);
  switch (grpcCodeOf(error)) {
    case undefined:
      return undefined;
    case GRPC.unavailable:
    case GRPC.deadlineExceeded:
    case GRPC.cancelled:
      return NO_ANSWER;
    case GRPC.permissionDenied:
    case GRPC.unauthenticated:
      return `refuses the credentials (${detail}); set them by TEMPORAL_API_KEY or TEMPORAL_TLS_*, or choose a --profile.`;
    case GRPC.notFound:
      return `does not have it (${detail}); name the right one with --temporal-namespace (or TEMPORAL_NAMESPACE).`;
    case GRPC.invalidArgument:
      return `cannot be asked that (${detail}); an ops worker that has started once registers what is missing.`;
    default:
      return `answered with a failure (${detail}); try again, then look at its log.`;
  }
}

function detailOf(error: unknown): string {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.details : String(cause);
}

/** Why a workflow or update failed: the innermost failure that carries a code, or what Temporal itself did. */
export function endingOf(error: unknown): Exclude<Ending, { kind: 'finished' }> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure && cause.type !== undefined && cause.type !== null)
      return { kind: 'failed', code: cause.type, message: cause.message, details: detailsOf(cause) };
    if (cause instanceof CancelledFailure) return stopped('was cancelled; what was reversible has been undone');
    if (cause instanceof TerminatedFailure)
      return stopped('was terminated: nothing was undone, and the next operation takes up what it finds');
    if (cause instanceof TimeoutFailure) return stopped(`ran out of time (${cause.message})`);
  }
  const message =
    error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
  return { kind: 'failed', code: undefined, message, details: {} };
}

const stopped = (message: string): Exclude<Ending, { kind: 'finished' }> => ({ kind: 'stopped', message });

function detailsOf(failure: ApplicationFailure): ErrorDetails {
  const [details] = failure.details ?? [];
  return typeof details === 'object' && details !== null ? details : {};
}
