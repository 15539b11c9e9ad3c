import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISK_REASONS, type DiskFacts, type DiskReason, type DiskRow } from '../../src/contract/disk.ts';
import { judgeDisks, type JudgeDisksInput, type NodeDisks } from '../../src/domain/disk-verdict.ts';
import type { DiskSelection, SelectedDisk } from '../../src/domain/disk-selection.ts';
import { aDisk, aLabel, FSID, OTHER_FSID, OTHER_UUID, selected, UUID } from './disk-facts-builder.ts';

const ERRORS = { count: 12, lastAt: '2026-11-22T12:00:00.000Z', sector: 7 };
const OWN_OSDS = [{ osdId: 3, osdUuid: UUID, node: 'n1' }];

function judge(nodes: NodeDisks[], changes: Partial<JudgeDisksInput> = {}): DiskRow[] {
  return judgeDisks({
    cluster: 'rook-ceph',
    suspects: new Map(),
    nodes,
    cephFsid: FSID,
    osds: [],
    allowLoopDevices: false,
    expectedUuid: () => null,
    mapIsKnown: false,
    removed: [],
    ...changes,
  });
}

function judgeOne(disk: SelectedDisk, changes: Partial<JudgeDisksInput> = {}): DiskRow {
  const [row] = judge([{ node: 'n1', disks: [disk] }], changes);
  if (!row) throw new Error('no row');
  return row;
}

describe('the verdict on a disk', () => {
  it('is eligible for a clean, chosen disk, with nothing to add', () => {
    expect(judgeOne(selected(aDisk()))).toEqual({
      node: 'n1',
      path: '/dev/sdb',
      id: 'wwn:0x5000c500a1b2c3d4',
      sizeBytes: 10 * 2 ** 30,
      rotational: true,
      verdict: 'eligible',
      reasons: [],
      evidence: [],
      remedy: '',
    });
  });

  const rejections: [DiskReason, Partial<DiskFacts>, RegExp][] = [
    ['MOUNTED', { mounts: ['/data'] }, /\/data/],
    ['HAS_FILESYSTEM', { signatures: [{ type: 'xfs', offsetBytes: 0 }] }, /xfs at byte 0/],
    ['HAS_FILESYSTEM', { signatures: [{ type: 'ext4', offsetBytes: 1080 }] }, /ext4 at byte 1080/],
    ['HAS_LVM', { signatures: [{ type: 'LVM2_member', offsetBytes: 536 }] }, /LVM2_member/],
    ['HAS_PARTITION_TABLE', { signatures: [{ type: 'gpt', offsetBytes: 512 }] }, /gpt/],
    ['HAS_PARTITIONS', { partitions: ['sdb1'] }, /sdb1/],
    ['HAS_OTHER_SIGNATURE', { signatures: [{ type: 'something_new', offsetBytes: 9 }] }, /something_new/],
    ['HAS_OTHER_SIGNATURE', { signatures: [{ type: 'crypto_LUKS', offsetBytes: 0 }] }, /crypto_LUKS/],
    ['HAS_HOLDERS', { holders: ['dm-0'] }, /dm-0/],
    ['HOLDS_SYSTEM', { holdsSystem: true }, /host/],
    ['FOREIGN_OSD', { labels: [aLabel({ cephFsid: OTHER_FSID })] }, new RegExp(OTHER_FSID)],
    ['FOREIGN_OSD', { labels: [aLabel({ cephFsid: OTHER_FSID, offsetBytes: 2 ** 30 })] }, /1073741824/],
    ['FOREIGN_OSD', { labels: [aLabel({ cephFsid: null, ready: false })] }, /not written yet/],
    ['STALE_OSD', { labels: [aLabel({ osdUuid: OTHER_UUID })] }, new RegExp(OTHER_UUID)],
    ['DAMAGED_LABEL', { labels: [aLabel({ osdUuid: null, cephFsid: null })] }, /cannot be understood/],
    ['TOO_SMALL', { sizeBytes: 5 * 2 ** 30 - 1 }, /5\.00 GiB needed/],
    ['READ_ONLY', { readOnly: true }, /read-only/],
    ['NO_STABLE_ID', { id: null }, /WWN/],
    ['LOOP_DEVICE', { type: 'loop', id: 'loop:/a' }, /file/],
    ['UNSUPPORTED_TYPE', { type: 'device-mapper' }, /device-mapper/],
    ['REMOVABLE', { removable: true }, /removable/],
    ['IN_USE', { exclusiveOpenError: 'EBUSY' }, /EBUSY/],
    ['UNREADABLE', { readError: 'Input/output error' }, /Input\/output error/],
    [
      'IO_ERRORS',
      { ioErrors: { ...ERRORS, driveCounts: '1f' } },
      /^the kernel logged 12 I\/O errors, the last at 2026-11-22T12:00:00.000Z, sector 7; the drive itself counts 0x1f$/,
    ],
    ['IO_ERRORS', { ioErrors: { count: 1000, lastAt: ERRORS.lastAt } }, /1000 or more I\/O errors, the last at \S+Z$/],
  ];

  it.each(rejections)('is %s for %j, with what was seen and what to do', (reason, facts, evidence) => {
    const row = judgeOne(selected(aDisk(facts)));
    expect(row).toMatchObject({ verdict: 'rejected', reasons: [reason] });
    expect(row.evidence).toEqual([expect.stringMatching(evidence)]);
    expect(row.remedy).not.toBe('');
  });

  it('knows every reason code', () => {
    const elsewhere: DiskReason[] = [
      'DUPLICATE_ID',
      'SHARED_DEVICE',
      'NOT_SELECTED',
      'OWN_OSD',
      'OSD_SUSPECT',
      'UNFINISHED_OSD',
      'REMOVED',
    ];
    const tested = new Set([...rejections.map(([reason]) => reason), ...elsewhere]);
    expect([...tested].sort()).toEqual([...DISK_REASONS].sort());
  });

  it('is not-selected for what the document does not want, and still tells what is on it', () => {
    const row = judgeOne(selected(aDisk({ labels: [aLabel({ cephFsid: OTHER_FSID })] }), 'none'));
    expect(row).toMatchObject({ verdict: 'not-selected', reasons: ['FOREIGN_OSD', 'NOT_SELECTED'] });
    expect(row.evidence).toContain('not listed in devices');
  });

  it('takes loop devices only where the lab allows them', () => {
    const loop = selected(aDisk({ type: 'loop', id: 'loop:/a' }), 'name');
    expect(judgeOne(loop).reasons).toEqual(['LOOP_DEVICE']);
    expect(judgeOne(loop, { allowLoopDevices: true }).verdict).toBe('eligible');
  });

  it('accepts a removable disk that is listed by name', () => {
    expect(judgeOne(selected(aDisk({ removable: true }), 'name')).verdict).toBe('eligible');
  });
});

describe('our own OSDs', () => {
  it('are in use, also while running and when the document no longer names their disk', () => {
    const running = aDisk({ labels: [aLabel()], exclusiveOpenError: 'EBUSY' });
    expect(judgeOne(selected(running, 'none'), { osds: OWN_OSDS })).toMatchObject({
      verdict: 'in-use',
      reasons: ['IN_USE', 'NOT_SELECTED', 'OWN_OSD'],
      osdId: 3,
      osdUuid: UUID,
    });
  });

  it('are foreign where the cluster has no fsid yet', () => {
    expect(judgeOne(selected(aDisk({ labels: [aLabel()] })), { cephFsid: null }).reasons).toEqual(['FOREIGN_OSD']);
  });

  it.each([
    ['not in the map yet', aLabel(), []],
    ['with unfinished mkfs', aLabel({ ready: false }), OWN_OSDS],
    [
      'killed before the cluster was written',
      aLabel({ cephFsid: null, mkfsDone: false, ready: false, osdId: null }),
      [],
    ],
  ])('%s are unfinished, and the operation goes on with them', (_, label, osds) => {
    const row = judgeOne(selected(aDisk({ labels: [label] })), { osds, expectedUuid: () => UUID });
    expect(row).toMatchObject({ verdict: 'in-use', reasons: ['UNFINISHED_OSD'], osdUuid: UUID });
  });

  it('are not gone on with where anything else is on the disk', () => {
    const signed = aDisk({ labels: [aLabel({ ready: false })], signatures: [{ type: 'ext4', offsetBytes: 1080 }] });
    const row = judgeOne(selected(signed), { osds: OWN_OSDS });
    expect(row).toMatchObject({ verdict: 'rejected', reasons: ['HAS_FILESYSTEM', 'UNFINISHED_OSD'] });
    const twoLabels = aDisk({
      labels: [aLabel({ ready: false }), aLabel({ cephFsid: OTHER_FSID, offsetBytes: 2 ** 30 })],
    });
    expect(judgeOne(selected(twoLabels), { osds: OWN_OSDS })).toMatchObject({
      verdict: 'rejected',
      reasons: ['FOREIGN_OSD', 'UNFINISHED_OSD'],
    });
  });

  it('with one complete copy of the label are complete', () => {
    const labels = [aLabel(), aLabel({ offsetBytes: 2 ** 30, ready: false })];
    expect(judgeOne(selected(aDisk({ labels })), { osds: OWN_OSDS }).reasons).toEqual(['OWN_OSD']);
  });
});

describe('identity', () => {
  const sdc = { path: '/dev/sdc', kernelName: 'sdc' };

  it('that is missing rejects also a disk listed by name, since nothing could be guarded', () => {
    expect(judgeOne(selected(aDisk({ id: null }), 'name'))).toMatchObject({
      verdict: 'rejected',
      reasons: ['NO_STABLE_ID'],
    });
  });

  it('that is there twice on a host rejects both, unless exactly one is listed by name', () => {
    const verdicts = (one: DiskSelection['by'], other: DiskSelection['by']): string[] =>
      judge([{ node: 'n1', disks: [selected(aDisk(), one), selected(aDisk(sdc), other)] }]).map(
        ({ verdict }) => verdict,
      );
    expect(verdicts('all', 'all')).toEqual(['rejected', 'rejected']);
    expect(verdicts('name', 'name')).toEqual(['rejected', 'rejected']);
    expect(verdicts('filter', 'none')).toEqual(['rejected', 'not-selected']);
    expect(verdicts('name', 'none')).toEqual(['eligible', 'not-selected']);
  });

  it('that is on two hosts rejects both, by name or not', () => {
    const rows = judge([
      { node: 'n2', disks: [selected(aDisk(), 'name')] },
      { node: 'n1', disks: [selected(aDisk(sdc))] },
    ]);
    expect(rows.map(({ node, verdict, reasons }) => [node, verdict, reasons])).toEqual([
      ['n1', 'rejected', ['SHARED_DEVICE']],
      ['n2', 'rejected', ['SHARED_DEVICE']],
    ]);
    expect(rows[0]?.evidence[0]).toContain('n2');
  });
});

const hazards: fc.Arbitrary<Partial<DiskFacts>> = fc.record(
  {
    mounts: fc.constant(['/x']),
    holders: fc.constant(['dm-1']),
    partitions: fc.constant(['sdb1']),
    signatures: fc.constantFrom('ext4', 'gpt', 'LVM2_member', 'unknown').map((type) => [{ type, offsetBytes: 0 }]),
    labels: fc.array(
      fc.record({
        offsetBytes: fc.constantFrom(0, 2 ** 30, 10 * 2 ** 30),
        osdUuid: fc.constantFrom(null, UUID, OTHER_UUID),
        cephFsid: fc.constantFrom(null, FSID, OTHER_FSID),
        osdId: fc.constantFrom(null, 3),
        mkfsDone: fc.boolean(),
        ready: fc.boolean(),
      }),
      { minLength: 1 },
    ),
    holdsSystem: fc.constant(true),
    exclusiveOpenError: fc.constant('EBUSY'),
    readError: fc.constant('EIO'),
    ioErrors: fc.constant(ERRORS),
    readOnly: fc.constant(true),
    id: fc.constant(null),
  },
  { requiredKeys: [] },
);

const anyDisk = fc
  .record({ hazard: hazards, by: fc.constantFrom<DiskSelection['by'][]>('name', 'filter', 'all', 'none') })
  .map(({ hazard, by }) => ({ hazard, disk: selected(aDisk(hazard), by) }));

const anyCluster = fc.record({
  cephFsid: fc.constantFrom(null, FSID),
  osds: fc.constantFrom([], OWN_OSDS),
  allowLoopDevices: fc.boolean(),
  expected: fc.constantFrom(null, UUID, OTHER_UUID),
});

describe('for any disk and any cluster', () => {
  it('nothing is eligible that carries or holds anything, however it is chosen', () => {
    fc.assert(
      fc.property(anyDisk, anyCluster, ({ hazard, disk }, { expected, ...cluster }) => {
        const row = judgeOne(disk, { ...cluster, expectedUuid: () => expected });
        const isClean = Object.keys(hazard).length === 0 && disk.selection.by !== 'none';
        expect(row.verdict === 'eligible').toBe(isClean);
        expect(row.reasons.length === 0).toBe(row.verdict === 'eligible');
        expect(row.evidence).toHaveLength(row.reasons.length);
        expect(row.reasons).toEqual(DISK_REASONS.filter((reason) => row.reasons.includes(reason)));
      }),
    );
  });

  it('listing a disk by name never changes what its labels mean', () => {
    const labelReasons: DiskReason[] = ['FOREIGN_OSD', 'STALE_OSD', 'DAMAGED_LABEL', 'OWN_OSD', 'UNFINISHED_OSD'];
    fc.assert(
      fc.property(hazards, anyCluster, (hazard, { expected, ...cluster }) => {
        const of = (by: DiskSelection['by']): DiskReason[] =>
          judgeOne(selected(aDisk(hazard), by), { ...cluster, expectedUuid: () => expected }).reasons.filter((reason) =>
            labelReasons.includes(reason),
          );
        expect(of('name')).toEqual(of('all'));
        expect(of('name').length > 0).toBe(hazard.labels !== undefined);
      }),
    );
  });

  it('a foreign or damaged copy beside our unfinished one is never gone on with', () => {
    fc.assert(
      fc.property(hazards, anyCluster, (hazard, { expected, ...cluster }) => {
        const row = judgeOne(selected(aDisk(hazard)), { ...cluster, expectedUuid: () => expected });
        const contradicts = row.reasons.some((reason) =>
          ['FOREIGN_OSD', 'STALE_OSD', 'DAMAGED_LABEL'].includes(reason),
        );
        if (contradicts && row.verdict === 'in-use') expect(row.reasons).toContain('OWN_OSD');
      }),
    );
  });
});
