import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { OperationState } from '../src/contract/state.ts';

/** What the input of every operation has. */
export interface BaseInput {
  cluster: string;
  waive: string[];
}

/** Where an operation is that has just begun. */
export const freshState = (operation: string, target: string, { cluster, waive }: BaseInput): OperationState => ({
  operation,
  cluster,
  target,
  workflowId: workflowInfo().workflowId,
  phase: 'observe',
  awaiting: 'none',
  awaitingBecause: '',
  paused: false,
  steps: [],
  findings: [],
  waived: waive,
  refusedMessages: [],
});

/** @returns INVALID_INPUT with every problem and a full example */
export function invalidInput(contract: { name: string; example: unknown }, problems: string[]): ApplicationFailure {
  const example = JSON.stringify(contract.example);
  return ApplicationFailure.nonRetryable(
    `${contract.name} could not start: ${problems.join('; ')}. Start it again with, for example, ${example}`,
    'INVALID_INPUT',
  );
}
