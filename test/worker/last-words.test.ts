import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const RUN = join(import.meta.dirname, '../../worker/run.ts');

it('a worker that cannot start ends with the reason as its last line, on one line and without secrets', async () => {
  const script = `const { endWithReason } = await import(${JSON.stringify(RUN)});
    endWithReason(new Error('Temporal at a:1 refuses\\n  the key AQBPZpJnAAAAABAAhunter2hunter2hunter2hunter2==.'));`;
  const { exitCode, stderr } = await execa(process.execPath, ['--input-type=module', '--eval', script], {
    reject: false,
  });
  expect(exitCode).toBe(1);
  expect(stderr.split('\n').at(-1)).toMatch(/^Temporal at a:1 refuses the key /);
  expect(stderr).not.toContain('hunter2');
});
