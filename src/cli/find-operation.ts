import { OPERATIONS } from '../contract/operations.ts';
import type { OperationState } from '../contract/state.ts';
import { CommandError, usageError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';
import type { Execution, TemporalPort } from './temporal-port.ts';

/** @throws CommandError where Temporal knows no operation of that id */
export async function requireOperation(temporal: TemporalPort, id: string): Promise<Execution> {
  const execution = await temporal.describe(id);
  if (execution === undefined)
    throw usageError(`${temporal.description} knows no operation ${id}; list them with "cephflow operations".`);
  return execution;
}

/** @throws CommandError where no worker tells the state now */
export async function requireState(temporal: TemporalPort, id: string): Promise<OperationState> {
  const { runId } = await requireOperation(temporal, id);
  const answer = await temporal.readState(id, runId);
  if (answer.kind === 'state') return answer.state;
  throw new CommandError(
    EXIT.unreachable,
    `No worker answers, so the plan and steps of ${id} cannot be told; try again, or name them by flags.`,
  );
}

/** Name of the operation that a workflow type runs. */
export const operationOfType = (workflowType: string): string =>
  OPERATIONS.find((contract) => contract.workflowType === workflowType)?.name ?? workflowType;
