import type { Client } from '@temporalio/client';
import { checkHealthContract } from '../../src/contract/check-health.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { readHolderState } from './holder-state.ts';
import { entriesOf, registerRef } from './register.ts';

export interface OtherOperation {
  workflowId: string;
  /** Unknown of an entry that somebody made unreadable. */
  runId: string | undefined;
}

const ANSWER_WITHIN_MS = 10_000;

/**
 * An operation on the cluster beside this run: one that is in the register, or one that is open and looks, waits or undoes without holding
 * the cluster. An entry whose operation has ended counts no more, as for everybody who wants to hold the cluster. A look at
 * its health is no operation: one begins every minute. Reads only.
 * @throws COMMAND_FAILED where Temporal does not tell: then nobody knows
 */
export async function findOtherOperation(
  { kubernetes, temporal, now }: { kubernetes: Pick<Kubernetes, 'read'>; temporal: Client; now: () => Date },
  cluster: string,
  ownRunId: string,
): Promise<OtherOperation | undefined> {
  const register = await kubernetes.read(registerRef(cluster));
  for (const { key, holder } of register === undefined ? [] : entriesOf(register)) {
    if (holder === null) return { workflowId: key, runId: undefined };
    if (holder.runId === ownRunId || (await readHolderState(temporal, holder, now())).state === 'ended') continue;
    return { workflowId: holder.workflowId, runId: holder.runId };
  }
  return firstOpen(temporal, cluster, ownRunId);
}

async function firstOpen(temporal: Client, cluster: string, ownRunId: string): Promise<OtherOperation | undefined> {
  const query = `CephCluster = "${cluster}" AND ExecutionStatus = "Running" AND WorkflowType != "${checkHealthContract.workflowType}"`;
  try {
    return await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
      for await (const { workflowId, runId } of temporal.workflow.list({ query }))
        if (runId !== ownRunId) return { workflowId, runId };
      return undefined;
    });
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause);
    throw failure('COMMAND_FAILED', `Could not ask Temporal for other operations on ${cluster}: ${because}`, { cause });
  }
}
