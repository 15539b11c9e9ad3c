import { isGrpcServiceError, ServiceError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Holder } from '../../src/contract/exclusion.ts';
import { failure } from '../../src/errors.ts';

/**
 * How long after its end an operation still holds the cluster: the longest heartbeat timeout of any activity, because until then an
 * activity of an operation that was terminated may still be writing to a disk.
 */
export const HOLD_AFTER_END_SECONDS = 60;

const ANSWER_WITHIN_MS = 10_000;

/** `ended` is the only state in which a holder may be put aside. */
export type HolderState =
  | { state: 'ended' }
  | { state: 'runs' }
  | { state: 'ending'; secondsLeft: number }
  /** Temporal does not know it: history gone, or another Temporal service. Only a person can tell whether it still runs somewhere. */
  | { state: 'unknown' };

type HolderRun = Pick<Holder, 'workflowId' | 'runId'>;

/** What Temporal says of the chain of runs that a holder's run started. Throws a retryable failure where Temporal does not answer. */
export async function readHolderState(temporal: Client, holder: HolderRun, now: Date): Promise<HolderState> {
  const end = await endOfChain(temporal, holder);
  if (end === 'unknown' || end === 'runs') return { state: end };
  const secondsLeft = HOLD_AFTER_END_SECONDS - (now.getTime() - end.getTime()) / 1000;
  return secondsLeft > 0 ? { state: 'ending', secondsLeft: Math.ceil(secondsLeft) } : { state: 'ended' };
}

async function endOfChain(temporal: Client, { workflowId, runId }: HolderRun): Promise<Date | 'runs' | 'unknown'> {
  const latest = await describe(temporal, workflowId);
  if (latest === undefined) return 'unknown';
  const firstRunId = latest.raw.workflowExecutionInfo?.firstRunId;
  if (latest.runId === runId || firstRunId === runId) return latest.closeTime ?? 'runs';
  const own = await describe(temporal, workflowId, runId);
  if (own === undefined) return 'unknown';
  if (own.closeTime === undefined) return 'runs';
  // Runs that went on under a new id ended before the id could be used again, so the later chain's start is the latest possible end.
  return own.status.name === 'CONTINUED_AS_NEW' ? latest.startTime : own.closeTime;
}

async function describe(
  temporal: Client,
  workflowId: string,
  runId?: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      temporal.workflow.getHandle(workflowId, runId).describe(),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isRefusedId(error)) return undefined;
    const because = rootOf(error);
    throw failure('COMMAND_FAILED', `Could not ask Temporal whether workflow ${workflowId} has ended: ${because}`, {
      cause: error,
    });
  }
}

const GRPC_INVALID_ARGUMENT = 3;

/** Temporal never made such an id: an entry that somebody typed. */
const isRefusedId = (error: unknown): boolean =>
  error instanceof ServiceError && isGrpcServiceError(error.cause) && error.cause.code === GRPC_INVALID_ARGUMENT;

/** The client's own message only says which call failed. */
const rootOf = (error: unknown): string =>
  error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
