import type { Options } from 'execa';
import { daemonProcsFile } from './cgroups.ts';
import { cgroupLauncher } from './processes.ts';
import { run } from './run.ts';

/**
 * Runs a long program of a build. It is in the lab's control group where that is possible (as root on Linux), so that
 * `up` and `down` find and end it when the command that started it was killed.
 */
export async function runBuild(program: string, args: string[], options: Options = {}): Promise<string> {
  if (process.getuid?.() !== 0) return run(program, args, options);
  return run(cgroupLauncher, [await daemonProcsFile('build'), '-', program, ...args], options);
}
