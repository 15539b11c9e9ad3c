import type { Client } from '@temporalio/client';
import { STATE_QUERY, type OperationState } from '../../src/contract/state.ts';
import { hasWaitedTooLong } from '../../src/domain/health-operations.ts';
import type { WaitingOperation } from '../../src/domain/health-observation.ts';
import { failure } from '../../src/errors.ts';

const ANSWER_WITHIN_MS = 10_000;
const QUERY_WITHIN_MS = 3000;
/** More at once are not told one by one. */
const MOST = 10;
const BECAUSE_LENGTH = 200;

/**
 * Operations of the cluster that wait for a person, by Temporal's own word. While one waits nothing is added to its history, so the time of
 * its last event is the time since when it waits. Reads only.
 * @throws COMMAND_FAILED where Temporal does not tell
 */
export async function readWaitingOperations(
  temporal: Client,
  cluster: string,
  now: string,
): Promise<WaitingOperation[]> {
  const query = `CephCluster = "${cluster}" AND ExecutionStatus = "Running" AND CephAwaiting IN ("operator", "approval")`;
  try {
    return await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
      const found: WaitingOperation[] = [];
      for await (const { workflowId, runId, typedSearchAttributes } of temporal.workflow.list({ query })) {
        if (found.length === MOST) break;
        const told = typedSearchAttributes.getAll().find(({ key }) => key.name === 'CephAwaiting')?.value;
        const since = await lastEventTime(temporal, workflowId, runId);
        const awaiting = told === 'approval' ? 'approval' : 'operator';
        const because = hasWaitedTooLong(since, now) ? await waitsFor(temporal, workflowId, runId) : '';
        found.push({ workflowId, awaiting, since, because });
      }
      return found;
    });
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause);
    throw failure('COMMAND_FAILED', `Could not ask Temporal for operations of ${cluster} that wait: ${because}`, {
      cause,
    });
  }
}

async function lastEventTime(temporal: Client, workflowId: string, runId: string): Promise<string> {
  const { history } = await temporal.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: temporal.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const { seconds } = history?.events?.[0]?.eventTime ?? {};
  return new Date(Number(seconds ?? 0) * 1000).toISOString();
}

/** The operation's own words; without them the finding says since when alone. */
async function waitsFor(temporal: Client, workflowId: string, runId: string): Promise<string> {
  try {
    const handle = temporal.workflow.getHandle(workflowId, runId);
    const state = await temporal.withDeadline(Date.now() + QUERY_WITHIN_MS, () =>
      handle.query<OperationState>(STATE_QUERY),
    );
    return state.awaitingBecause.slice(0, BECAUSE_LENGTH);
  } catch {
    return '';
  }
}
