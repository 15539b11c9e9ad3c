import { describe, expect, it } from 'vitest';
import { createLog } from '../../worker/log.ts';

/** Not of any cluster: the form of a cephx key, made of one letter. */
const KEY = `AQ${'x'.repeat(36)}==`;

const logged = (act: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] => {
  const lines: Record<string, unknown>[] = [];
  act(createLog('test', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) }));
  return lines;
};

describe('a log line', () => {
  it('is one JSON object with time, level, name and the fields that were given', () => {
    const [line] = logged((log) => log.info({ operation: 'bootstrap', step: 'start-mons' }, 'step ended'));
    expect(line).toMatchObject({
      level: 30,
      name: 'test',
      operation: 'bootstrap',
      step: 'start-mons',
      msg: 'step ended',
    });
    expect(new Date(String(line?.['time'])).getTime()).toBeGreaterThan(0);
  });

  it.each<[string, (log: ReturnType<typeof createLog>) => void]>([
    ['text', (log) => log.warn(`could not read ${KEY}`)],
    ['text behind fields', (log) => log.warn({ step: 'x' }, `could not read ${KEY}`)],
    ['a field', (log) => log.info({ output: `key = ${KEY}` }, 'ended')],
    ['a field of a field', (log) => log.info({ details: { lines: [`[mon.] ${KEY}`] } }, 'ended')],
    ['an error', (log) => log.error({ err: new Error(`bad key ${KEY}`) }, 'failed')],
    ['an error alone', (log) => log.error(new Error(`bad key ${KEY}`))],
  ])('never has a secret in %s', (_, act) => {
    const lines = logged(act);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain(KEY);
    expect(JSON.stringify(lines)).toContain('[redacted]');
  });
});
