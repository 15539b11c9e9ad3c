import { describe, expect, it } from 'vitest';
import type { ActivityRecord } from '../../deploy/bench/activity-record.ts';
import { sharesBetween } from '../../deploy/bench/shares.ts';

const record = (startedAt: number, endedAt: number, ceph: number, kubernetes: number): ActivityRecord => ({
  step: 'verify',
  activity: 'verifyCluster',
  startedAt,
  endedAt,
  took: { ceph, kubernetes, own: endedAt - startedAt - ceph - kubernetes },
});

describe('whose time an operation took', () => {
  it('is our own where no activity runs', () => {
    expect(sharesBetween([record(2, 4, 2, 0)], 0, 10)).toEqual({ ceph: 2, kubernetes: 0, own: 8 });
  });

  it('is split as the activity saw it, and what it did not see is our own', () => {
    const seen = { ...record(0, 10, 5, 2), took: { ceph: 5, kubernetes: 2, own: 1 } };
    expect(sharesBetween([seen], 0, 10)).toEqual({ ceph: 5, kubernetes: 2, own: 3 });
  });

  it('is decided by the one that is least our own where several run', () => {
    expect(sharesBetween([record(0, 10, 0, 0), record(5, 10, 5, 0)], 0, 10)).toEqual({
      ceph: 5,
      kubernetes: 0,
      own: 5,
    });
  });

  it('counts only what lies between', () => {
    expect(sharesBetween([record(0, 10, 10, 0)], 4, 6)).toEqual({ ceph: 2, kubernetes: 0, own: 0 });
  });
});
