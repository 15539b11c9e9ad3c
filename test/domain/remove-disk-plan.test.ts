import { describe, expect, it } from 'vitest';
import type { RemoveDiskPlan } from '../../src/contract/remove-disk.ts';
import { planRemoveDisk, type ObservedRemoval } from '../../src/domain/remove-disk-plan.ts';
import { factsOf, NODES, ownDisk, runningCluster, uuidOf } from '../builders/bootstrap-observation.ts';
import { anOsdThatGoes } from '../builders/osd-going.ts';
import { aLabel, FSID, OTHER_FSID } from './disk-facts-builder.ts';

const directory = (uuid: string) => ({
  kind: 'osd-directory' as const,
  path: `/var/lib/rook/rook-ceph/${FSID}_${uuid}`,
  cephFsid: FSID,
  name: uuid,
  complete: false,
});
const seen = (changes: Partial<ObservedRemoval> = {}): ObservedRemoval =>
  anOsdThatGoes({
    hosts: NODES.map((node) => factsOf(node, { disks: [ownDisk(node)], leftovers: [directory(uuidOf(node))] })),
    ...changes,
  });
const withoutOsd0 = () => runningCluster({ osds: runningCluster().osds.filter(({ id }) => id !== 0) });
const tombstone = { node: 'n1', disk: 'serial:n1-1', osdId: 0, osdUuid: uuidOf('n1'), since: '2026-01-01T00:00:00Z' };

const idsOf = ({ steps }: RemoveDiskPlan): string[] => steps.map(({ id }) => id);
const codesOf = ({ findings }: RemoveDiskPlan): string[] => findings.map(({ code }) => code);

describe('the plan of remove-disk', () => {
  it('drains, stops, buries, purges, and wipes exactly the disk with the uuid of that OSD', () => {
    const plan = planRemoveDisk(seen());
    expect(idsOf(plan)).toEqual([
      'drain-osd',
      'stop-osd',
      'remember-removed',
      'purge-osd',
      'remove-directory',
      'wipe-disk',
      'verify',
      'report-status',
    ]);
    expect(plan.osd).toEqual({
      id: 0,
      uuid: uuidOf('n1'),
      bucket: 'n1',
      node: 'n1',
      disk: expect.objectContaining({ id: 'serial:n1-1' }),
    });
    expect(plan.findings).toEqual([]);
    expect(plan.summary).toBe(
      'Removes osd.0 of n1: moves 1.0 GiB to other OSDs, then takes it out of the cluster for good, and wipes /dev/sdb (serial:n1-1).',
    );
  });

  it('asks a person always: purge and wipe are covered by no approval in advance', () => {
    const asks = planRemoveDisk(seen()).steps.filter(({ alwaysAsk }) => alwaysAsk);
    expect(asks.map(({ id }) => id)).toEqual(['purge-osd', 'wipe-disk']);
  });

  it('leaves the disk as it is where that is asked, and has another hash', () => {
    const plan = planRemoveDisk(seen({ wipe: false }));
    expect(idsOf(plan)).not.toContain('wipe-disk');
    expect(plan.hash).not.toBe(planRemoveDisk(seen()).hash);
  });

  it('goes on with directory and disk where an earlier run has purged it', () => {
    const plan = planRemoveDisk(seen({ ceph: withoutOsd0(), deployments: [], removed: [tombstone] }));
    expect(idsOf(plan)).toEqual(['remove-directory', 'wipe-disk', 'verify', 'report-status']);
    expect(plan.osd.uuid).toBe(uuidOf('n1'));
  });

  it('is empty where all of it is gone', () => {
    const hosts = NODES.map((node) => factsOf(node, { disks: node === 'n1' ? [] : [ownDisk(node)], leftovers: [] }));
    const plan = planRemoveDisk(
      seen({ ceph: withoutOsd0(), deployments: [], removed: [tombstone], hosts, wipe: false }),
    );
    expect([idsOf(plan), codesOf(plan)]).toEqual([[], []]);
  });

  it('goes without a disk that was seen nowhere, and says that it is not wiped', () => {
    const hosts = NODES.map((node) => factsOf(node, { disks: node === 'n1' ? [] : [ownDisk(node)], leftovers: [] }));
    const plan = planRemoveDisk(seen({ hosts }));
    expect(idsOf(plan)).toEqual(['drain-osd', 'stop-osd', 'remember-removed', 'purge-osd', 'verify', 'report-status']);
    expect(codesOf(plan)).toEqual(['DISK_NOT_SEEN']);
    expect(plan.osd.node).toBe('n1');
  });
});

describe('remove-disk refuses', () => {
  it('an id that nobody has', () => {
    const plan = planRemoveDisk(seen({ osd: 77 }));
    expect([idsOf(plan), codesOf(plan)]).toEqual([[], ['OSD_NOT_FOUND']]);
  });

  it('to take a disk by its host or path: only the uuid in the label counts', () => {
    const other = ownDisk('n1', { osdUuid: '99999999-9999-4999-8999-999999999999' });
    const hosts = NODES.map((node) =>
      factsOf(node, { disks: node === 'n1' ? [other] : [ownDisk(node)], leftovers: [] }),
    );
    expect(planRemoveDisk(seen({ hosts })).osd.disk).toBeNull();
  });

  it('a disk that carries another cluster as well, or a label that is on two disks', () => {
    const both = ownDisk('n1');
    both.labels.push(aLabel({ cephFsid: OTHER_FSID, osdUuid: uuidOf('n1') }));
    const mixed = NODES.map((node) => factsOf(node, { disks: node === 'n1' ? [both] : [ownDisk(node)] }));
    expect(codesOf(planRemoveDisk(seen({ hosts: mixed })))).toContain('DISK_NOT_OURS');
    const twice = NODES.map((node) =>
      factsOf(node, { disks: [ownDisk(node), ...(node === 'n2' ? [ownDisk('n1')] : [])] }),
    );
    expect(codesOf(planRemoveDisk(seen({ hosts: twice })))).toContain('DISK_NOT_OURS');
  });

  it.each([
    ['there is no cluster', { fsid: null }, 'CLUSTER_NOT_MADE'],
    ['another cluster answers', { fsid: OTHER_FSID }, 'IDENTITY_CONFLICT'],
    [
      'Ceph does not answer',
      { ceph: { reachable: false as const, reason: 'no mon', fsid: FSID }, layout: null },
      'CLUSTER_NOT_SERVING',
    ],
    ['a mon is away', { ceph: runningCluster({ mons: { all: ['a', 'b'], quorum: ['a'] } }) }, 'CLUSTER_NOT_SERVING'],
  ])('where %s', (_, changes, code) => {
    expect(codesOf(planRemoveDisk(seen(changes)))).toContain(code);
  });
});
