import { execa, type Options } from 'execa';

/**
 * Runs a program to its end and returns what it printed, without the last line break.
 * Throws with the program's last lines when it fails.
 */
export async function run(program: string, args: string[], options: Options = {}): Promise<string> {
  const result = await execa(program, args, { stdin: 'ignore', ...options, reject: false });
  if (result.failed) {
    const tail = lastLines(`${text(result.stdout)}\n${text(result.stderr)}`, 6);
    throw new Error(`${program} ${args[0] ?? ''} failed (${(result.shortMessage ?? '').split('\n')[0]}): ${tail}`, {
      cause: result,
    });
  }
  return text(result.stdout);
}

/** Runs a program whose failure is an answer, not an error. */
export async function succeeds(program: string, args: string[]): Promise<boolean> {
  const result = await execa(program, args, { stdin: 'ignore', reject: false });
  return !result.failed;
}

function text(output: unknown): string {
  return typeof output === 'string' ? output : '';
}

function lastLines(output: string, count: number): string {
  return output.trim().split('\n').slice(-count).join(' | ');
}
