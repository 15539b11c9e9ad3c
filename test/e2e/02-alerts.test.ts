import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensurePromtool } from '../../deploy/lab/programs/promtool.ts';

const root = join(import.meta.dirname, '../..');
const RULES = 'deploy/kubernetes/monitoring/alerts.yaml';

let promtool: string;
beforeAll(async () => {
  promtool = await ensurePromtool();
});

const said = async (...args: string[]): Promise<{ exitCode: number | undefined; text: string }> => {
  const { exitCode, all } = await execa(promtool, args, { cwd: root, reject: false, all: true, stdin: 'ignore' });
  return { exitCode, text: all };
};

/** They need no cluster: Prometheus itself judges the rules, on made-up series. */
describe('the alert rules', () => {
  it('are rules that Prometheus loads', async () => {
    expect(await said('check', 'rules', RULES)).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('SUCCESS'),
    });
  });

  it('fire when somebody is needed, once, after the time that the page says, and are silent otherwise', async () => {
    const { exitCode, text } = await said('test', 'rules', 'test/monitoring/alerts.test.yaml');
    expect(text).toContain('SUCCESS');
    expect(exitCode).toBe(0);
  });
});
