import type { Command } from 'commander';
import { approvalNamesCluster } from '../../console/instructions.ts';
import type { Message } from '../../contract/messages.ts';
import { approvalOf, askForApproval, showPlan } from '../approval-desk.ts';
import { CommandError, usageError } from '../command-error.ts';
import { BY_FLAG, BY_HELP, command, type Bind } from '../command-frame.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { operationOfType, requireOperation, requireState } from '../find-operation.ts';
import { sendMessage } from '../send-message.ts';

interface ApproveFlags {
  plan?: string;
  cluster?: string;
  note?: string;
  by?: string;
}

export const approveCommand = (bind: Bind): Command =>
  command(
    'approve',
    'Approve exactly the plan that an operation asks for',
    'cephflow approve teardown:rook-ceph --plan 0f3a9c12d4e5 --cluster rook-ceph',
  )
    .argument('<id>', 'id of the operation')
    .option('--plan <hash>', 'hash of the plan, at least 8 characters; without it the plan is shown and asked for')
    .option('--cluster <name>', "the cluster's name, which teardown asks for")
    .option('--note <text>', 'why, for the record')
    .option(BY_FLAG, BY_HELP)
    .action(bind(runApprove));

/** Nothing is approved unseen: a script names the hash, a person types the word below the plan. */
export async function runApprove(context: CommandContext, id: string, flags: ApproveFlags): Promise<ExitCode> {
  const by = flags.by ?? context.io.user;
  const approval =
    flags.plan === undefined ? await seen(context, id, by) : await named(context, id, flags.plan, by, flags);
  if (approval === undefined) {
    context.io.err(`Nothing was approved; ${id} goes on waiting.`);
    return EXIT.goesOn;
  }
  return await sendMessage(context, id, 'approve', {
    ...approval,
    ...(flags.note === undefined ? {} : { note: flags.note }),
  });
}

async function named(
  context: CommandContext,
  id: string,
  plan: string,
  by: string,
  { cluster }: ApproveFlags,
): Promise<Message<'approve'>> {
  const { type } = await requireOperation(await context.temporal(), id);
  const operation = operationOfType(type);
  if (cluster === undefined && approvalNamesCluster(operation))
    throw usageError(`The approval of ${operation} carries the cluster's name; add --cluster NAME.`);
  return { plan, by, ...(cluster === undefined ? {} : { cluster }) };
}

async function seen(context: CommandContext, id: string, by: string): Promise<Message<'approve'> | undefined> {
  if (!context.io.interactive)
    throw usageError(
      `Without a terminal the plan must be named; read it with "cephflow show ${id}", then add --plan HASH.`,
    );
  const state = await requireState(await context.temporal(), id);
  if (state.awaiting !== 'approval' || state.plan === undefined)
    throw new CommandError(
      EXIT.refused,
      `${id} does not wait for an approval now (phase ${state.phase}); look with: cephflow show ${id}`,
    );
  showPlan(context, state.plan);
  return (await askForApproval(context, state)) ? approvalOf(state, state.plan, by) : undefined;
}
