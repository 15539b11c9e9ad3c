import { Command } from 'commander';
import type { CommandContext } from './context.ts';
import type { ExitCode } from './exit-codes.ts';

/** Turns a function of context, operands and options into a commander action that opens and closes the context around it. */
export type Bind = <Args extends unknown[]>(
  run: (context: CommandContext, ...args: Args) => Promise<ExitCode>,
) => (...received: [...Args, Command]) => Promise<void>;

/**
 * A command of the house style: summary in sentence case without a full stop, and one example with long flags, which a test parses.
 */
export const command = (usage: string, summary: string, example: string): Command =>
  new Command(usage).summary(summary).description(summary).addHelpText('after', `\nExample:\n  ${example}`);

export const BY_FLAG = '--by <name>';
export const BY_HELP = 'who is recorded as the sender (default: your user name)';
