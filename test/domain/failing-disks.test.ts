import { describe, expect, it } from 'vitest';
import type { DiskRow } from '../../src/contract/disk.ts';
import type { SelectedDisk } from '../../src/domain/disk-selection.ts';
import { judgeDisks, type JudgeDisksInput } from '../../src/domain/disk-verdict.ts';
import { aDisk, aLabel, FSID, OTHER_FSID, OTHER_UUID, selected, UUID } from './disk-facts-builder.ts';

const ERRORS = { count: 12, lastAt: '2026-11-22T12:00:00.000Z', sector: 7 };
const OWN_OSDS = [{ osdId: 3, osdUuid: UUID, node: 'n1' }];

function judgeOne(disk: SelectedDisk, changes: Partial<JudgeDisksInput> = {}): DiskRow {
  const [row] = judgeDisks({
    cluster: 'rook-ceph',
    nodes: [{ node: 'n1', disks: [disk] }],
    cephFsid: FSID,
    osds: [],
    allowLoopDevices: false,
    expectedUuid: () => null,
    mapIsKnown: true,
    removed: [],
    suspects: new Map(),
    ...changes,
  });
  return row ?? expect.fail('no row');
}

describe('a disk that fails', () => {
  const serving = aDisk({ labels: [aLabel()], exclusiveOpenError: 'EBUSY' });
  const ready = 'replace-disk {"cluster":"rook-ceph","osd":3}';
  const suspects = new Map([
    [3, ['BLUESTORE_SPURIOUS_READ_ERRORS', 'OSD_TOO_MANY_REPAIRS']],
    [4, ['BLUESTORE_SLOW_OP_ALERT']],
  ]);

  it('becomes no OSD, also where the document names it', () => {
    expect(judgeOne(selected(aDisk({ ioErrors: ERRORS }), 'name')).verdict).toBe('rejected');
  });

  it('with a half-made OSD is not gone on with', () => {
    const halfMade = aDisk({ labels: [aLabel({ ready: false })], ioErrors: ERRORS });
    expect(judgeOne(selected(halfMade), { osds: OWN_OSDS }).verdict).toBe('rejected');
  });

  it('stays in use where our OSD lives on it, and shows how to replace it', () => {
    expect(judgeOne(selected({ ...serving, ioErrors: ERRORS }), { osds: OWN_OSDS })).toMatchObject({
      verdict: 'in-use',
      reasons: ['IN_USE', 'IO_ERRORS', 'OWN_OSD'],
      remedy: ready,
      osdId: 3,
    });
  });

  it('may be known to Ceph alone', () => {
    const row = judgeOne(selected(serving), { osds: OWN_OSDS, suspects });
    expect(row).toMatchObject({ verdict: 'in-use', reasons: ['IN_USE', 'OWN_OSD', 'OSD_SUSPECT'], remedy: ready });
    expect(row.evidence).toContain('Ceph raises BLUESTORE_SPURIOUS_READ_ERRORS, OSD_TOO_MANY_REPAIRS for osd.3');
  });

  it('is not the disk of a former OSD of the same id, nor of another cluster', () => {
    const former = aDisk({ labels: [aLabel({ osdUuid: OTHER_UUID })] });
    expect(judgeOne(selected(former), { osds: OWN_OSDS, suspects }).reasons).toEqual(['STALE_OSD']);
    const foreign = aDisk({ labels: [aLabel({ cephFsid: OTHER_FSID })] });
    expect(judgeOne(selected(foreign), { osds: OWN_OSDS, suspects }).reasons).toEqual(['FOREIGN_OSD']);
  });

  it('is not the one on which an OSD of that id is only being made', () => {
    const halfMade = aDisk({ labels: [aLabel({ ready: false })] });
    const row = judgeOne(selected(halfMade), { osds: OWN_OSDS, suspects });
    expect(row).toMatchObject({ verdict: 'in-use', reasons: ['UNFINISHED_OSD'] });
  });

  it('is none where the log cannot be read, or an older agent does not tell', () => {
    expect(judgeOne(selected(aDisk({ ioErrors: null }))).verdict).toBe('eligible');
    expect(judgeOne(selected(serving), { osds: OWN_OSDS }).remedy).toBe('none: it serves this cluster');
  });
});
