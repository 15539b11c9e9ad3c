import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LABEL_OFFSETS_BYTES, type BlueStoreLabel, type DiskFacts, type Signature } from '../../src/contract/disk.ts';
import { osdUuid } from '../../src/domain/osd-uuid.ts';
import { judgeDisks } from '../../src/domain/teardown-disks.ts';
import { planTeardown } from '../../src/domain/teardown-plan.ts';
import { aDisk, aLabel, FSID, OTHER_FSID, OTHER_UUID, UUID } from './disk-facts-builder.ts';
import { aHost, observed, ourDisk } from './teardown-observation-builder.ts';

const GIB = 2 ** 30;
const judge = (...disks: DiskFacts[]) => judgeDisks([aHost('n1', { disks })], FSID);

describe('the disks of a teardown', () => {
  it('are those with our label, by identity and with their OSD', () => {
    expect(judge(ourDisk())).toEqual({
      owned: [
        {
          node: 'n1',
          path: '/dev/sdb',
          id: 'wwn:0x5000c500a1b2c3d4',
          sizeBytes: 10 * GIB,
          osdUuids: [UUID],
          osdId: 3,
        },
      ],
      findings: [],
    });
  });

  it('include a half-wiped one whose only label lies 1 GiB inside', () => {
    expect(judge(aDisk({ labels: [aLabel({ offsetBytes: GIB })] })).owned).toHaveLength(1);
  });

  it('include one whose mkfs was killed before it wrote the cluster, by the uuid that only our cluster gives it', () => {
    const disk = aDisk();
    const unfinished = aLabel({ cephFsid: null, ready: false, mkfsDone: false });
    const uuid = osdUuid(FSID, 'n1', disk.id ?? '');
    expect(judge(aDisk({ labels: [{ ...unfinished, osdUuid: uuid }] })).owned).toHaveLength(1);
    expect(judge(aDisk({ labels: [{ ...unfinished, osdUuid: OTHER_UUID }] })).owned).toEqual([]);
  });

  it('never include a blank one, one of another cluster or one with an unreadable label', () => {
    const { owned, findings } = judge(
      aDisk({ path: '/dev/sda', id: 'wwn:a' }),
      aDisk({ path: '/dev/sdb', id: 'wwn:b', labels: [aLabel({ cephFsid: OTHER_FSID })] }),
      aDisk({ path: '/dev/sdc', id: 'wwn:c', labels: [aLabel({ cephFsid: null, osdUuid: null })] }),
    );
    expect(owned).toEqual([]);
    expect(findings).toMatchObject([
      { code: 'FOREIGN_DISK', severity: 'info', target: 'n1:wwn:b' },
      { code: 'FOREIGN_DISK', severity: 'info', target: 'n1:wwn:c' },
    ]);
  });

  it.each<[string, Partial<DiskFacts>]>([
    ['mounted', { mounts: ['/mnt'] }],
    ['below a device mapper', { holders: ['dm-0'] }],
    ['partitioned', { partitions: ['sdb1'] }],
    ['a file system by now', { signatures: [{ type: 'ext4', offsetBytes: 1080 }] }],
    ["also another cluster's", { labels: [aLabel({ cephFsid: OTHER_FSID }), aLabel({ offsetBytes: GIB })] }],
    ['of two OSDs', { labels: [aLabel(), aLabel({ offsetBytes: GIB, osdUuid: OTHER_UUID })] }],
    ["the host's own", { holdsSystem: true }],
    ['read-only', { readOnly: true }],
    ['without identity', { id: null }],
  ])('are not touched, and block, where one with our label is %s', (_, changes) => {
    expect(judge(ourDisk(changes))).toMatchObject({
      owned: [],
      findings: [{ code: 'OWN_DISK_NOT_WIPED', severity: 'blocking' }],
    });
  });

  it('are not touched where one identity appears twice on a host', () => {
    expect(judge(ourDisk({ path: '/dev/sdb' }), ourDisk({ path: '/dev/sdc' })).owned).toEqual([]);
  });

  it('name an unreadable disk as something that stays', () => {
    expect(judge(aDisk({ readError: 'EIO' })).findings).toMatchObject([
      { code: 'DISK_UNREADABLE', severity: 'warning' },
    ]);
    expect(judge(aDisk({ readError: 'ENOMEDIUM', sizeBytes: 0 })).findings).toEqual([]);
  });
});

const label: fc.Arbitrary<BlueStoreLabel> = fc.record({
  offsetBytes: fc.constantFrom(...LABEL_OFFSETS_BYTES),
  osdUuid: fc.constantFrom(UUID, UUID, UUID, UUID, OTHER_UUID, null),
  cephFsid: fc.constantFrom(FSID, FSID, FSID, FSID, OTHER_FSID, null),
  osdId: fc.constantFrom(3, null),
  mkfsDone: fc.boolean(),
  ready: fc.boolean(),
});
const disk: fc.Arbitrary<DiskFacts> = fc
  .record({
    path: fc.constantFrom('/dev/sda', '/dev/sdb', '/dev/sdc', '/dev/sdd'),
    id: fc.constantFrom('wwn:a', 'wwn:b', 'wwn:c', 'wwn:d', null),
    labels: fc.array(label, { maxLength: 3 }),
    mounts: fc.constantFrom<string[][]>([], [], ['/mnt']),
    signatures: fc.constantFrom<Signature[][]>([], [], [{ type: 'ext4', offsetBytes: 1080 }]),
    readError: fc.constantFrom(null, null, 'EIO'),
  })
  .map((changes) => aDisk(changes));

describe('every plan of a teardown', () => {
  it('targets no disk without a label of our fsid, whatever the hosts look like', () => {
    let targeted = 0;
    fc.assert(
      fc.property(fc.array(disk, { maxLength: 5 }), fc.boolean(), (disks, hasIdentity) => {
        const identity = hasIdentity
          ? {}
          : { objects: { ...observed().objects, fsid: null }, remembered: null, ceph: null };
        const plan = planTeardown(observed({ hosts: [aHost('n1', { disks })], ...identity }));
        const allowed = disks.filter(
          ({ labels, mounts, signatures }) =>
            hasIdentity && mounts.length + signatures.length === 0 && labels.every(({ cephFsid }) => cephFsid === FSID),
        );
        const targets = plan.steps.filter(({ id }) => id.startsWith('wipe-disks')).flatMap((step) => step.targets);
        targeted += targets.length;
        expect(targets).toEqual(plan.disks.map(({ id }) => `n1:${id}`));
        for (const { id, path } of plan.disks) {
          const named = disks.filter((one) => one.id === id);
          expect(named).toHaveLength(1);
          expect(named[0]?.path).toBe(path);
          expect(named[0]?.labels.length).toBeGreaterThan(0);
          expect(allowed).toContain(named[0]);
        }
      }),
      { numRuns: 2000 },
    );
    expect(targeted).toBeGreaterThan(50);
  });
});
