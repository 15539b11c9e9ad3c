import { Argument, type Command } from 'commander';
import { command, type Bind } from '../command-frame.ts';
import { completionScript, SHELLS, type Shell } from '../completion/scripts.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

export const completionCommand = (bind: Bind): Command =>
  command(
    'completion',
    'Print the script that makes a shell complete commands, flags and live names',
    'cephflow completion bash',
  )
    .addArgument(new Argument('<shell>', 'shell that will read it').choices(SHELLS))
    .action(bind(runCompletion));

/** The script goes to standard output as it is, whatever the form of data is. */
export async function runCompletion(context: CommandContext, shell: Shell): Promise<ExitCode> {
  context.io.out(completionScript(shell));
  return await Promise.resolve(EXIT.done);
}
