import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

export interface KnownRun {
  workflowId: string;
  runId: string;
  firstRunId?: string;
  startTime?: Date;
  closeTime?: Date;
  status?: 'RUNNING' | 'COMPLETED' | 'TERMINATED' | 'CONTINUED_AS_NEW';
}

/** The one answer of Temporal that exclusion rests on: what it says of a run, newest run of an id last. */
export function knowing(runs: readonly KnownRun[]): Client {
  const describe = (workflowId: string, runId?: string) => {
    const found = runs.findLast((run) => run.workflowId === workflowId && (runId === undefined || run.runId === runId));
    if (found === undefined) throw new WorkflowNotFoundError('not found', workflowId, runId);
    const { firstRunId = found.runId, startTime = new Date(0), closeTime, status = 'RUNNING' } = found;
    return Promise.resolve({
      runId: found.runId,
      startTime,
      closeTime,
      status: { name: status },
      raw: { workflowExecutionInfo: { firstRunId } },
    });
  };
  return {
    withDeadline: async (_: number, ask: () => Promise<unknown>) => ask(),
    workflow: {
      getHandle: (workflowId: string, runId?: string) => ({ describe: async () => describe(workflowId, runId) }),
    },
  } as unknown as Client;
}

export const unreachable = {
  withDeadline: () => Promise.reject(new Error('14 UNAVAILABLE: no connection')),
} as unknown as Client;
