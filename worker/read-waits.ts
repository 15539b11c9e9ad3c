import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { operationOf, stepLabel } from '../src/contract/metrics.ts';
import type { Awaiting, SearchAttribute } from '../src/contract/names.ts';
import { STATE_QUERY, type OperationState, type StepStatus } from '../src/contract/state.ts';

/** One step of one open operation that does not go on by itself just now. */
export interface Wait {
  operation: string;
  step: string;
  awaiting: Awaiting;
}

type Waiting = Exclude<Awaiting, 'none'>;
const WAITING: readonly Waiting[] = ['approval', 'operator', 'host', 'operation'];

const ANSWER_WITHIN_MS = 10_000;

interface Waiter {
  workflowId: string;
  runId: string;
  operation: string;
  awaiting: Waiting;
}

/**
 * What open operations wait for, as Temporal knows it. Temporal is asked, because a gauge set by a workflow would tell of the past: it
 * is gone with the worker that set it, and stays as it was on a worker that the workflow has left.
 */
export async function readWaits(temporal: Client): Promise<Wait[]> {
  const waiters = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => listWaiters(temporal));
  const waits = waiters.map(async ({ operation, awaiting, ...run }) => {
    const steps = await stepsOf(temporal, awaiting, run);
    return steps.map((step) => ({ operation, step, awaiting }));
  });
  return (await Promise.all(waits)).flat();
}

async function listWaiters(temporal: Client): Promise<Waiter[]> {
  const names = WAITING.map((awaiting) => `"${awaiting}"`).join(', ');
  const query = `ExecutionStatus = "Running" AND CephAwaiting IN (${names})`;
  const waiters: Waiter[] = [];
  for await (const { workflowId, runId, type, typedSearchAttributes } of temporal.workflow.list({ query })) {
    const attribute = (name: SearchAttribute) => typedSearchAttributes.get(defineSearchAttributeKey(name, 'KEYWORD'));
    const awaiting = WAITING.find((one) => one === attribute('CephAwaiting'));
    const operation = attribute('CephOperation') ?? operationOf(type);
    if (awaiting !== undefined) waiters.push({ workflowId, runId, operation, awaiting });
  }
  return waiters;
}

/** How a waiting step stands; the other two waits have a place of their own. */
const STANDS: Partial<Record<Waiting, StepStatus>> = { operator: 'parked', host: 'waiting-for-host' };

async function stepsOf(
  temporal: Client,
  awaiting: Waiting,
  { workflowId, runId }: Pick<Waiter, 'workflowId' | 'runId'>,
): Promise<string[]> {
  const status = STANDS[awaiting];
  if (status === undefined) return [awaiting === 'approval' ? 'approve' : 'lock'];
  const asked = temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    temporal.workflow.getHandle(workflowId, runId).query<OperationState>(STATE_QUERY),
  );
  // One operation that cannot answer, because its history does not replay, must not hide what the others wait for.
  const state = await asked.catch(() => undefined);
  if (state === undefined) return [UNKNOWN];
  if (state.awaiting !== awaiting) return [];
  const steps = state.steps.filter((step) => step.status === status).map(({ id }) => stepLabel(id));
  return steps.length === 0 ? [UNKNOWN] : steps;
}

const UNKNOWN = 'unknown';
