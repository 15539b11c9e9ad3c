import { describe, expect, it } from 'vitest';
import type { DiskRow } from '../../src/contract/disk.ts';
import { judgeDisks, type JudgeDisksInput } from '../../src/domain/disk-verdict.ts';
import type { SelectedDisk } from '../../src/domain/disk-selection.ts';
import { aDisk, aLabel, FSID, selected } from './disk-facts-builder.ts';

function judgeOne(disk: SelectedDisk, changes: Partial<JudgeDisksInput> = {}): DiskRow {
  const [row] = judgeDisks({
    cluster: 'rook-ceph',
    suspects: new Map(),
    nodes: [{ node: 'n1', disks: [disk] }],
    cephFsid: FSID,
    osds: [],
    allowLoopDevices: false,
    expectedUuid: () => null,
    mapIsKnown: false,
    removed: [],
    ...changes,
  });
  if (!row) throw new Error('no row');
  return row;
}

describe('a disk whose OSD was removed', () => {
  const removed = [
    { node: 'n1', disk: aDisk().id ?? '', osdId: 5, osdUuid: aLabel().osdUuid ?? '', since: '2026-01-01T00:00:00Z' },
  ];

  it('is not taken again by itself, blank or with the label of the OSD that went', () => {
    const blank = judgeOne(selected(aDisk(), 'all'), { removed });
    expect(blank).toMatchObject({ verdict: 'rejected', reasons: ['REMOVED'] });
    expect(blank.evidence[0]).toContain('osd.5 was removed');
    const expectedUuid = () => aLabel().osdUuid;
    const labelled = judgeOne(selected(aDisk({ labels: [aLabel()] }), 'all'), { removed, expectedUuid });
    expect(labelled.verdict).toBe('rejected');
    expect(labelled.reasons).toContain('REMOVED');
  });

  it('is known by its label where it was away when its OSD was removed', () => {
    const away = removed.map((one) => ({ ...one, node: null, disk: null }));
    const disk = aDisk({ id: 'serial:elsewhere', aliases: [], labels: [aLabel()] });
    const row = judgeOne(selected(disk, 'all'), { removed: away, expectedUuid: () => aLabel().osdUuid });
    expect(row.verdict).toBe('rejected');
  });

  it('counts on its own host alone', () => {
    const elsewhere = removed.map((one) => ({ ...one, node: 'n2' }));
    expect(judgeOne(selected(aDisk(), 'all'), { removed: elsewhere }).verdict).toBe('eligible');
  });

  it('is in use where it was added again on purpose', () => {
    const osds = [{ osdId: 5, osdUuid: aLabel().osdUuid ?? '', node: 'n1' }];
    expect(judgeOne(selected(aDisk({ labels: [aLabel()] }), 'all'), { removed, osds }).verdict).toBe('in-use');
  });
});

describe('a complete OSD that the map does not have', () => {
  const disk = () => selected(aDisk({ labels: [aLabel()] }), 'all');
  const expectedUuid = () => aLabel().osdUuid;

  it('was taken out of it, and is never taken for one that is being made', () => {
    const row = judgeOne(disk(), { expectedUuid, mapIsKnown: true });
    expect(row).toMatchObject({ verdict: 'rejected', reasons: ['STALE_OSD'] });
  });

  it('may be ours as long as Ceph does not answer', () => {
    expect(judgeOne(disk(), { expectedUuid, mapIsKnown: false }).verdict).toBe('in-use');
  });
});
