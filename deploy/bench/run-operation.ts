import { Client, Connection } from '@temporalio/client';
import type { Json } from '../../src/contract/finding.ts';
import type { OperationContract } from '../../src/contract/operation.ts';
import type { CommandContext } from '../../src/cli/context.ts';
import { CLUSTER } from '../demo/example.ts';
import { approveAndFollow, startOperation, type StartedOperation } from '../demo/operation.ts';
import { addresses } from '../lab/paths.ts';
import { measure, type Measured, type Witnessed } from './measure.ts';

/** Runs an operation of the example's cluster to its end, approved where it asks. */
export async function runOperation<Input>(
  context: CommandContext,
  contract: OperationContract<Input>,
  input: Record<string, Json> = {},
): Promise<StartedOperation> {
  const started = await startOperation(context, contract, CLUSTER, input);
  await approveAndFollow(context, started);
  return started;
}

/** What an operation that has ended cost. */
export async function measureRun(
  name: string,
  { id, runId }: StartedOperation,
  witnessed: Witnessed = {},
): Promise<Measured> {
  const connection = await Connection.connect({ address: addresses.temporal });
  try {
    return await measure(name, new Client({ connection }).workflow.getHandle(id, runId), witnessed);
  } finally {
    await connection.close();
  }
}
