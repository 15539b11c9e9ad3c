import type { Command } from 'commander';
import { parkedSteps } from '../../console/instructions.ts';
import { usageError } from '../command-error.ts';
import { BY_FLAG, BY_HELP, command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { requireState } from '../find-operation.ts';
import { parseAttempt } from '../options.ts';
import { sendMessage } from '../send-message.ts';

interface SteerFlags {
  by?: string;
  reason?: string;
  step?: string;
  attempt?: number;
}

/** The commands that send one message each, but for approve. */
export const steerCommands = (bind: Bind): Command[] => [
  ...(['reject', 'abort'] as const).map((name) => endingCommand(bind, name)),
  ...(['retry', 'skip'] as const).map((name) => stepCommand(bind, name)),
  ...(['pause', 'resume'] as const).map((name) => pacingCommand(bind, name)),
];

const ENDINGS = {
  reject: 'End an operation that waits for approval, without a change',
  abort: 'Undo what is reversible of an operation, then end it',
} as const;

const endingCommand = (bind: Bind, name: keyof typeof ENDINGS): Command =>
  command(name, ENDINGS[name], `cephflow ${name} bootstrap:rook-ceph --reason "wrong disks"`)
    .argument('<id>', 'id of the operation')
    .requiredOption('--reason <text>', 'why, for the record')
    .option(BY_FLAG, BY_HELP)
    .action(
      bind((context, id: string, { by, reason }: SteerFlags) =>
        sendMessage(context, id, name, { by: by ?? context.io.user, reason: reason ?? '' }),
      ),
    );

const STEPS = {
  retry: 'Try a parked step again',
  skip: 'Go on without a parked step, where it allows that',
} as const;

const stepCommand = (bind: Bind, name: keyof typeof STEPS): Command =>
  command(name, STEPS[name], `cephflow ${name} bootstrap:rook-ceph --step create-osds/n1 --attempt 2`)
    .argument('<id>', 'id of the operation')
    .option('--step <id>', 'id of the parked step')
    .option('--attempt <number>', 'attempt that is parked, as the operation names it', parseAttempt)
    .option('--reason <text>', 'why, for the record')
    .option(BY_FLAG, BY_HELP)
    .action(bind((context, id: string, flags: SteerFlags) => runStepMessage(context, name, id, flags)));

async function runStepMessage(
  context: CommandContext,
  name: keyof typeof STEPS,
  id: string,
  flags: SteerFlags,
): Promise<ExitCode> {
  const { step, attempt } = await parkedStep(context, name, id, flags);
  const reason = flags.reason === undefined ? {} : { reason: flags.reason };
  return await sendMessage(context, id, name, { step, attempt, by: flags.by ?? context.io.user, ...reason });
}

/** A person may leave out what only one step can mean; a script may not, because its message could come late and hit another. */
async function parkedStep(
  context: CommandContext,
  name: string,
  id: string,
  { step, attempt }: SteerFlags,
): Promise<{ step: string; attempt: number }> {
  if (step !== undefined && attempt !== undefined) return { step, attempt };
  if (!context.io.interactive)
    throw usageError(`Without a terminal ${name} needs --step and --attempt; "cephflow show ${id}" tells them.`);
  const state = await requireState(await context.temporal(), id);
  const parked = parkedSteps(state).filter((found) => found.id === (step ?? found.id));
  const [only] = parked;
  if (only === undefined || parked.length > 1)
    throw usageError(
      `${parked.length} steps of ${id} are parked, so --step and --attempt are needed; "cephflow show ${id}" tells them.`,
    );
  return { step: only.id, attempt: attempt ?? only.attempt };
}

const PACES = {
  pause: 'Stop an operation before its next step',
  resume: 'Let a paused operation go on',
} as const;

const pacingCommand = (bind: Bind, name: keyof typeof PACES): Command =>
  command(name, PACES[name], `cephflow ${name} bootstrap:rook-ceph --by alex`)
    .argument('<id>', 'id of the operation')
    .option(BY_FLAG, BY_HELP)
    .action(
      bind((context, id: string, { by }: SteerFlags) => sendMessage(context, id, name, { by: by ?? context.io.user })),
    );
