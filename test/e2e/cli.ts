import { join } from 'node:path';
import { execa } from 'execa';
import { labEnvironment } from '../../deploy/lab/environment.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

export interface CliAnswer {
  exitCode: number;
  out: string;
  err: string;
}

/** Runs the command line as a script would: no terminal, the lab's connections in the environment. */
export async function cephflow(...args: string[]): Promise<CliAnswer> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...args], {
    env: labEnvironment(),
    stdin: 'ignore',
    reject: false,
  });
  return { exitCode: exitCode ?? -1, out: stdout, err: stderr };
}
