import { execa, type Options } from 'execa';
import { labEnvironment } from '../lab/environment.ts';

/** A command in the lab did not do what it should. The message is one sentence with the command's own last words. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

export interface CommandOptions {
  input?: Uint8Array | string;
  timeoutSeconds?: number;
}

/** Runs the lab's kubectl and answers what it printed. @throws CommandFailed */
export async function kubectl(args: string[], options: CommandOptions = {}): Promise<string> {
  return Buffer.from(await kubectlBytes(args, options)).toString('utf8');
}

/** As `kubectl`, for output that is not text. */
export async function kubectlBytes(args: string[], options: CommandOptions = {}): Promise<Uint8Array> {
  const { input, timeoutSeconds = 120 } = options;
  const settings = {
    env: labEnvironment(),
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    timeout: timeoutSeconds * 1000,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  } as const satisfies Options;
  const result = await execa('kubectl', args, settings);
  if (!result.failed) return result.stdout;
  const words = Buffer.from(result.stderr).toString('utf8').trim().split('\n').slice(-2).join(' | ');
  const why = result.timedOut
    ? `did not end within ${timeoutSeconds} s`
    : `ended with ${result.exitCode ?? 'a signal'}`;
  throw new CommandFailed(`kubectl ${args.join(' ')} ${why}: ${words}`);
}

/** Runs a program in the toolbox of a cluster, with `input` as its standard input. */
export const inToolbox = (cluster: string, command: string[], options: CommandOptions = {}): Promise<Uint8Array> =>
  kubectlBytes(
    [
      '--namespace',
      cluster,
      'exec',
      ...(options.input === undefined ? [] : ['--stdin']),
      'deploy/rook-ceph-tools',
      '--',
      ...command,
    ],
    options,
  );

/** A `ceph` command in the toolbox that answers JSON. */
export async function askCeph<Answer>(cluster: string, ...command: string[]): Promise<Answer> {
  const text = await inToolbox(cluster, ['ceph', '--connect-timeout', '10', '--format', 'json', ...command]);
  return JSON.parse(Buffer.from(text).toString('utf8')) as Answer;
}

/** A `ceph` command in the toolbox of which only success is wanted. @throws CommandFailed */
export const tellCeph = (cluster: string, ...command: string[]): Promise<Uint8Array> =>
  inToolbox(cluster, ['ceph', '--connect-timeout', '10', ...command]);
