import { join } from 'node:path';
import { execa } from 'execa';
import type { Tally } from './tally.ts';

interface Check {
  name: string;
  command: [program: string, ...args: string[]];
  /** What to run to cure it, where a command can. */
  cure?: string;
}

export const projectDirectory = join(import.meta.dirname, '..');

/** What holds for the whole tree and needs no test runner. */
export const STATIC_CHECKS: readonly Check[] = [
  { name: 'types', command: ['tsc', '--noEmit', '-p', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--quiet'] },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'], cure: 'npm run format' },
  { name: 'dead code', command: ['knip', '--no-progress'] },
];

/** Tests that compare things written in two places. They are unit tests too; `npm run check` runs them alone because they are quick. */
export const IN_STEP: Check = {
  name: 'boundaries, documentation and generated files',
  command: [
    ...(['vitest', 'run', '--project', 'unit', '--reporter', 'dot'] as const),
    ...['test/boundaries.test.ts', 'test/errors.test.ts', 'test/docs', 'test/contract'],
    'test/spec/custom-resource-definition.test.ts',
  ],
};

/** Runs all of them, also after one failed: a person wants the whole list. Output is shown of what failed. */
export async function runChecks(checks: readonly Check[]): Promise<Tally> {
  const failures: string[] = [];
  for (const { name, command, cure } of checks) {
    const since = Date.now();
    const [program, ...args] = command;
    const ended = await execa(program, args, {
      cwd: projectDirectory,
      preferLocal: true,
      localDir: projectDirectory,
      reject: false,
      all: true,
      stdin: 'ignore',
    });
    const seconds = ((Date.now() - since) / 1000).toFixed(1);
    process.stdout.write(`  ${ended.failed ? 'FAILED' : 'ok'}  ${name}  ${seconds} s\n`);
    if (!ended.failed) continue;
    process.stdout.write(`${ended.all === '' ? ended.shortMessage : ended.all}\n`);
    failures.push(`check: ${name}${cure === undefined ? '' : ` (cure: ${cure})`}`);
  }
  return { passed: checks.length - failures.length, failed: failures.length, skipped: 0, failures };
}
