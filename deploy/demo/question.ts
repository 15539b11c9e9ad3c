import { setTimeout as pause } from 'node:timers/promises';
import { CommandError } from '../../src/cli/command-error.ts';
import type { CommandContext } from '../../src/cli/context.ts';
import type { OperationState } from '../../src/contract/state.ts';
import { until } from '../lab/until.ts';
import { OperationFailed, type StartedOperation } from './operation.ts';

const LOOK_EVERY_MILLISECONDS = 500;

/** A question that is waited for: whether this operation asks for a plan that names this disk. */
export interface Question {
  /** Id of the operation, which need not run yet. */
  id: string;
  /** Identity of the disk. */
  disk: string;
  withinSeconds: number;
}

/**
 * Waits until the operation asks, and answers the run that does.
 * @throws OperationFailed with what it does instead
 */
export async function untilAsked(context: CommandContext, question: Question): Promise<StartedOperation> {
  const { id, disk, withinSeconds } = question;
  const temporal = await context.temporal();
  let runId = '';
  let instead = 'it does not run';
  await until(`${id} asks about ${disk}`, withinSeconds, async () => {
    await pause(LOOK_EVERY_MILLISECONDS);
    const execution = await temporal.describe(id);
    if (execution?.status !== 'running') return false;
    runId = execution.runId;
    const answer = await temporal.readState(id, runId);
    if (answer.kind === 'silent') return false;
    const { state } = answer;
    instead = state.awaitingBecause === '' ? `it is in phase ${state.phase}` : state.awaitingBecause;
    return asksAbout(state, disk);
  }).catch((cause: unknown) => {
    if (cause instanceof CommandError) throw cause;
    throw new OperationFailed(`${id} did not ask about ${disk} within ${withinSeconds} s: ${instead}.`, { cause });
  });
  return { id, runId };
}

const asksAbout = ({ awaiting, plan }: OperationState, disk: string): boolean =>
  awaiting === 'approval' &&
  plan?.steps.some(({ targets }) => targets.some((target) => target.includes(disk))) === true;
