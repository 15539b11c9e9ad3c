import { Command, CommanderError, Option } from 'commander';
import type { Bind } from './command-frame.ts';
import { addDiskCommand } from './commands/add-disk.ts';
import { addNodeCommand } from './commands/add-node.ts';
import { approveCommand } from './commands/approve.ts';
import { bootstrapCommand } from './commands/bootstrap.ts';
import { completionCommand } from './commands/completion.ts';
import { devicesCommand } from './commands/devices.ts';
import { operationsCommand } from './commands/operations.ts';
import { removeDiskCommand } from './commands/remove-disk.ts';
import { replaceDiskCommand } from './commands/replace-disk.ts';
import { reportCommand } from './commands/report.ts';
import { schedulesCommand } from './commands/schedules.ts';
import { showCommand } from './commands/show.ts';
import { statusCommand } from './commands/status.ts';
import { steerCommands } from './commands/steer.ts';
import { teardownCommand } from './commands/teardown.ts';
import { versionCommand } from './commands/version.ts';
import { watchCommand } from './commands/watch.ts';
import { answerCompletion } from './completion/answer.ts';
import { openContext, type CommandContext, type Connections } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { reportFailure } from './failure-report.ts';
import type { Io } from './io.ts';
import { asCalled, COMPLETE } from './program-name.ts';
import { COLOR_CHOICES, OUTPUT_FORMATS, type GlobalOptions } from './options.ts';

const EXIT_CODES = `
Exit codes:
  0 done and healthy            1 failed                     2 usage, document or input wrong
  3 refused                     4 not healthy or not proven  5 stopped waiting, it goes on
  6 cannot reach a service      70 bug                       130 interrupted
  141 output closed by its reader`;

/** Runs one command line (without interpreter and file name) and returns its exit code. Never throws. */
export async function run(argv: readonly string[], terminal: Io, connections: Connections): Promise<ExitCode> {
  const io: Io = { ...terminal, err: (text) => terminal.err(asCalled(terminal, text)) };
  let exitCode: ExitCode = EXIT.done;
  const bind: Bind =
    <Args extends unknown[]>(command: (context: CommandContext, ...args: Args) => Promise<ExitCode>) =>
    async (...received: [...Args, Command]) => {
      const self = received.at(-1) as Command;
      const operands = received.slice(0, -1) as unknown[] as Args;
      const context = openContext(io, self.optsWithGlobals<GlobalOptions>(), connections);
      try {
        exitCode = await command(context, ...operands);
      } finally {
        await context.close();
      }
    };
  try {
    const program = buildProgram(bind, io);
    if (argv[0] === COMPLETE) await answerCompletion(argv.slice(1), program, io, connections);
    else await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return tellFailure(io, error);
  }
}

function tellFailure(io: Io, error: unknown): ExitCode {
  const report = reportFailure(error);
  report.lines.forEach((line) => io.err(line));
  if (io.environment['CEPHFLOW_DEBUG'] && error instanceof Error) io.err(error.stack ?? error.message);
  return report.exitCode;
}

/** The tree of commands; tests read its help. */
export function buildProgram(bind: Bind, io: Io): Command {
  const program = withGlobalFlags(new Command(io.programName))
    .description('Ceph in Kubernetes, with every operation a durable Temporal workflow')
    .addHelpText('after', EXIT_CODES);
  const commands = [
    bootstrapCommand(bind),
    addNodeCommand(bind),
    addDiskCommand(bind),
    replaceDiskCommand(bind),
    removeDiskCommand(bind),
    teardownCommand(bind),
    operationsCommand(bind),
    showCommand(bind),
    watchCommand(bind),
    approveCommand(bind),
    ...steerCommands(bind),
    devicesCommand(bind),
    statusCommand(bind),
    schedulesCommand(bind),
    versionCommand(bind),
    reportCommand(bind),
    completionCommand(bind),
  ];
  commands.forEach((command) => program.addCommand(command));
  // Settings of the parent do not reach commands that were added whole.
  [program, ...commands].forEach((command) => quiet(command, io));
  return program;
}

const quiet = (command: Command, io: Io): Command =>
  command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Add --help for the flags and an example.')
    .configureOutput({
      writeOut: (text) => io.out(asCalled(io, text.trimEnd())),
      writeErr: (text) => io.err(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, 'Error: ')),
    });

const withGlobalFlags = (program: Command): Command =>
  program
    .option('-n, --namespace <name>', 'Kubernetes namespace, which names the cluster')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'path of the kubeconfig')
    .option('--address <host:port>', 'address of Temporal (or TEMPORAL_ADDRESS)')
    .option('--temporal-namespace <name>', 'namespace in Temporal (or TEMPORAL_NAMESPACE)')
    .option('--profile <name>', "profile of Temporal's configuration file (or TEMPORAL_PROFILE)")
    .addOption(new Option('-o, --output <format>', 'form of the data').choices(OUTPUT_FORMATS).default('table'))
    .addOption(new Option('--color <when>', 'colours of the talk').choices(COLOR_CHOICES).default('auto'));
