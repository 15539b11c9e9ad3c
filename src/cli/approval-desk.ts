import { approvalNamesCluster } from '../console/instructions.ts';
import { renderPlan, shownHash } from '../console/plan.ts';
import type { Message } from '../contract/messages.ts';
import type { Plan } from '../contract/plan.ts';
import type { OperationState } from '../contract/state.ts';
import { CommandError } from './command-error.ts';
import type { CommandContext } from './context.ts';
import { EXIT } from './exit-codes.ts';
import type { ApprovalDesk } from './follow.ts';
import { tableWidth } from './output.ts';
import { deliverMessage } from './send-message.ts';

/** Shows the plan on a terminal and asks; what is typed must be the word asked for, anything else leaves the operation waiting. */
export function askingDesk(context: CommandContext, id: string, by: string): ApprovalDesk {
  return async (state) => {
    if (state.plan === undefined) return 'left';
    showPlan(context, state.plan);
    return (await askForApproval(context, state)) ? await sendApproval(context, id, state, by) : 'left';
  };
}

/** Who approves: whoever sits at the terminal; nobody in a script. */
export const deskAtTerminal = (
  context: CommandContext,
  id: string,
  { by = context.io.user }: { by?: string },
): ApprovalDesk | undefined => (context.io.interactive ? askingDesk(context, id, by) : undefined);

/**
 * Approves the first plan that is asked, after showing it: for scripts that named the cluster beforehand. A second plan means that
 * the disks changed meanwhile, which nobody has confirmed.
 */
export function confirmedDesk(context: CommandContext, id: string, by: string): ApprovalDesk {
  let used = false;
  return async (state) => {
    if (state.plan === undefined || used) return 'left';
    used = true;
    showPlan(context, state.plan);
    return await sendApproval(context, id, state, by);
  };
}

export const showPlan = (context: CommandContext, plan: Plan): void =>
  context.io.err(renderPlan(plan, tableWidth(context)));

/** True when the person typed the cluster's name, or `yes` where the operation does not ask for the name. */
export async function askForApproval({ io }: CommandContext, state: OperationState): Promise<boolean> {
  const word = approvalNamesCluster(state.operation) ? state.cluster : 'yes';
  const hash = state.plan === undefined ? '' : ` ${shownHash(state.plan)}`;
  const typed = await io.ask(`\nType ${word} to approve plan${hash}, anything else to leave it waiting: `);
  return typed.trim() === word;
}

export function approvalOf(state: OperationState, plan: Plan, by: string): Message<'approve'> {
  const named = approvalNamesCluster(state.operation) ? { cluster: state.cluster } : {};
  return { plan: plan.hash, by, ...named };
}

async function sendApproval(
  context: CommandContext,
  id: string,
  state: OperationState,
  by: string,
): Promise<'sent' | 'left'> {
  if (state.plan === undefined) return 'left';
  try {
    const { sentence } = await deliverMessage(context, id, 'approve', approvalOf(state, state.plan, by));
    context.io.err(sentence);
    return 'sent';
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode === EXIT.unreachable) throw error;
    context.io.err(error.message);
    return 'left';
  }
}
