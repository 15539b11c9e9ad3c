import { describe, expect, it } from 'vitest';
import type { PgState } from '../../src/contract/pg-state.ts';
import { describeProgress, isSettled } from '../../src/domain/pg-progress.ts';

const state = (changes: Partial<PgState> = {}): PgState => ({
  pgs: 33,
  byState: { 'active+clean': 33 },
  remapped: 0,
  objects: 1000,
  degraded: 0,
  misplaced: 0,
  unfound: 0,
  objectsPerSecond: 0,
  bytesPerSecond: 0,
  ...changes,
});

describe('placement groups are settled', () => {
  it('where all are active and clean, also while some are scrubbed', () => {
    expect(isSettled(state())).toBe(true);
    expect(isSettled(state({ byState: { 'active+clean': 30, 'active+clean+scrubbing+deep': 3 } }))).toBe(true);
    expect(isSettled(state({ pgs: 0, byState: {} }))).toBe(true);
  });

  it.each([
    ['one is in another state', { byState: { 'active+clean': 32, 'active+undersized+degraded': 1 } }],
    ['one is clean and remapped, which Ceph calls clean', { byState: { 'active+clean+remapped': 33 }, remapped: 33 }],
    ['copies are not in their place', { misplaced: 1 }],
    ['copies are missing', { degraded: 1 }],
    ['objects are unfound', { unfound: 1 }],
    ['one is not counted in any state', { pgs: 34 }],
  ])('not where %s', (_, changes) => {
    expect(isSettled(state(changes))).toBe(false);
  });
});

describe('progress', () => {
  it('tells how far, what is left, how fast and how long', () => {
    const moving = state({
      byState: { 'active+clean': 20, 'active+remapped+backfilling': 13 },
      misplaced: 600,
      objectsPerSecond: 10,
      bytesPerSecond: 40 * 2 ** 20,
    });
    expect(describeProgress(moving)).toBe(
      '20 of 33 PGs are active and clean, 0 copies of objects are missing and 600 are not in their place, 40.0 MiB/s, about 60 s left',
    );
  });

  it('promises no end while nothing moves', () => {
    expect(describeProgress(state({ byState: {}, misplaced: 600, unfound: 2 }))).toBe(
      '0 of 33 PGs are active and clean, 0 copies of objects are missing and 600 are not in their place, 2 objects are unfound',
    );
  });
});
