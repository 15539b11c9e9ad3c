import { describe, expect, it } from 'vitest';
import type { ActivityRecord } from '../../deploy/bench/activity-record.ts';
import { handsIn, lengthOf, outside, spansOf } from '../../deploy/bench/hands.ts';
import { sharesWithin } from '../../deploy/bench/shares.ts';

const record = (activity: string, startedAt: number, endedAt: number): ActivityRecord => ({
  step: 'await-disk',
  activity,
  startedAt,
  endedAt,
  took: { ceph: 0, kubernetes: 0, own: endedAt - startedAt },
});
const records = [record('outOsd', 1, 4), record('untilNewDisk', 10, 30), record('planSwap', 31, 32)];

describe('what an operation waits for hands', () => {
  it('is until the disk is in and until it is approved; that it is recognised is our own time', () => {
    expect(handsIn(records, [0, 40], 24)).toEqual([
      { from: 10, to: 24 },
      { from: 32, to: 40 },
    ]);
  });

  it('ends with the approval, also where the disk is judged once more afterwards', () => {
    expect(handsIn([...records, record('planSwap', 41, 42)], [0, 40], 24)).toEqual([
      { from: 10, to: 24 },
      { from: 32, to: 40 },
    ]);
  });

  it('is nothing where nobody put a disk in', () => {
    expect(handsIn([record('createOsd', 1, 4)], [0], undefined)).toEqual([]);
    expect(handsIn([record('createOsd', 1, 4)], [], 0.5)).toEqual([]);
  });

  it('counts neither in the time nor in any share of it', () => {
    const hands = handsIn(records, [0, 40], 24);
    const within = outside(hands, { from: 0, to: 50 });
    expect(within).toEqual([
      { from: 0, to: 10 },
      { from: 24, to: 32 },
      { from: 40, to: 50 },
    ]);
    expect(lengthOf(within)).toBe(28);
    expect(sharesWithin(records, within)).toEqual({ ceph: 0, kubernetes: 0, own: 28 });
  });

  it('is left out of a part of the time as well', () => {
    const hands = handsIn(records, [0, 40], 24);
    expect(outside(hands, { from: 12, to: 26 })).toEqual([{ from: 24, to: 26 }]);
    expect(outside(hands, { from: 12, to: 20 })).toEqual([]);
    expect(outside(hands, { from: 26, to: 30 })).toEqual([{ from: 26, to: 30 }]);
  });
});

describe('when a step was at work', () => {
  it('is from its first activity to its last, without the time in which it was left', () => {
    const lock = [record('takeOperation', 1, 2), record('releaseOperation', 3, 4), record('takeOperation', 40, 41)];
    expect(spansOf(lock)).toEqual([
      { from: 1, to: 4 },
      { from: 40, to: 41 },
    ]);
    expect(spansOf([record('a', 1, 20), record('b', 2, 3), record('c', 22, 23)])).toEqual([{ from: 1, to: 23 }]);
  });
});
