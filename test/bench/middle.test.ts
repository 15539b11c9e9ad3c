import { describe, expect, it } from 'vitest';
import type { Measured } from '../../deploy/bench/measure.ts';
import { middleOf, middleOfRuns, RUNS } from '../../deploy/bench/middle.ts';

const run = (seconds: number): Measured => ({
  operation: 'add-disk',
  seconds,
  shares: { ceph: seconds, kubernetes: 0, own: 0 },
  historyEvents: 1,
  steps: [],
});

describe('what counts of several runs', () => {
  it('is the one in the middle by its duration, whole', () => {
    expect(middleOf([run(9), run(1), run(5)])).toEqual(run(5));
    expect(middleOf([run(9), run(1)])).toEqual(run(1));
    expect(() => middleOf([])).toThrow('Nothing was measured');
  });

  it('is measured one after the other', async () => {
    const left = [3, 1, 2];
    expect(await middleOfRuns(() => Promise.resolve(run(left.shift() ?? 0)))).toEqual(run(2));
    expect(left).toHaveLength(3 - RUNS);
  });
});
