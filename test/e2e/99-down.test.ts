import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, inject, it } from 'vitest';
import { newTraces, readTraces } from '../lab/stories/traces.ts';

const DEMO = join(import.meta.dirname, '../../deploy/demo/main.ts');

describe('npm run demo -- --down', () => {
  const down = () => execa(process.execPath, [DEMO, '--down'], { stdin: 'ignore', reject: false, all: true });

  it('leaves no trace on the machine but the cache, with a Ceph cluster running', async () => {
    const { exitCode, all } = await down();
    expect(exitCode, all).toBe(0);
    expect(newTraces(new Set(inject('tracesBefore')), await readTraces())).toEqual([]);
  });

  it('is harmless when there is nothing', async () => {
    const { exitCode, all } = await down();
    expect(exitCode, all).toBe(0);
  });
});
