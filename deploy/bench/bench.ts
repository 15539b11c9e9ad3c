import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { checkHealthContract } from '../../src/contract/check-health.ts';
import type { Json } from '../../src/contract/finding.ts';
import type { OperationContract } from '../../src/contract/operation.ts';
import { teardownContract } from '../../src/contract/teardown.ts';
import { Client, Connection } from '@temporalio/client';
import { connectKubernetes } from '../../src/kubernetes/kubernetes.ts';
import { bringUpLab } from '../demo/demo.ts';
import { applyExample, CLUSTER } from '../demo/example.ts';
import { approveAndFollow, openLab, startOperation } from '../demo/operation.ts';
import { addresses } from '../lab/paths.ts';
import { MEASURED } from './aims.ts';
import { measure, type Measured } from './measure.ts';
import { workerFigures, type WorkerFigures } from './worker-figures.ts';

export interface BenchFigures {
  operations: Measured[];
  workers: WorkerFigures[];
}

/**
 * Makes the example's cluster on the lab, lets bootstrap find nothing to do, looks at the idle workers and at the cluster's health, and takes
 * the cluster away; figures of each from its own history. What was there of the example's cluster is taken away first: this destroys its data.
 */
export async function runBench(): Promise<BenchFigures> {
  const { lab, image } = await bringUpLab();
  const kubernetes = connectKubernetes({ kubeconfig: lab.kubeconfig });
  await applyExample(kubernetes, image);
  await runOperation(teardownContract, { data: 'destroy' });
  await applyExample(kubernetes, image);
  const made = await measured(MEASURED.bootstrap, bootstrapContract);
  const again = await measured(MEASURED.again, bootstrapContract);
  const workers = await workerFigures(CLUSTER);
  const looked = await measured(MEASURED.checkHealth, checkHealthContract);
  const gone = await measured(MEASURED.teardown, teardownContract, { data: 'destroy' });
  return { operations: [made, again, looked, gone], workers };
}

async function measured<Input>(
  name: string,
  contract: OperationContract<Input>,
  input: Record<string, Json> = {},
): Promise<Measured> {
  const { id, runId } = await runOperation(contract, input);
  const connection = await Connection.connect({ address: addresses.temporal });
  try {
    return await measure(name, new Client({ connection }).workflow.getHandle(id, runId));
  } finally {
    await connection.close();
  }
}

async function runOperation<Input>(
  contract: OperationContract<Input>,
  input: Record<string, Json> = {},
): Promise<{ id: string; runId: string }> {
  const context = openLab();
  try {
    const started = await startOperation(context, contract, CLUSTER, input);
    await approveAndFollow(context, started);
    return started;
  } finally {
    await context.close();
  }
}
