import { describe, expect, it } from 'vitest';
import type { OsdState } from '../../src/contract/ceph-activities.ts';
import { planBootstrap } from '../../src/domain/bootstrap-plan.ts';
import {
  aFinishedCluster,
  aPlannedHost,
  diskOf,
  NODES,
  runningCluster,
  uuidOf,
} from '../builders/bootstrap-observation.ts';
import { aLabel, OTHER_UUID, UUID } from './disk-facts-builder.ts';

const orphan = (id: number, changes: Partial<OsdState> = {}): OsdState => ({
  id,
  uuid: id === 7 ? UUID : OTHER_UUID,
  up: false,
  in: false,
  host: null,
  location: [],
  deviceClass: null,
  ...changes,
});
const found = (osds: OsdState[], changes: Parameters<typeof aFinishedCluster>[0] = {}) => {
  const ceph = runningCluster({ osds: [...runningCluster().osds, ...osds] });
  return planBootstrap(aFinishedCluster({ ceph, ...changes })).findings.filter(({ code }) => code === 'ORPHAN_OSD_ID');
};

describe('ids of the OSD map that nobody uses', () => {
  it('are told once, with a command for each that Ceph refuses for an OSD that ever served', () => {
    expect(found([orphan(7), orphan(9)])).toMatchObject([
      { severity: 'warning', because: expect.stringContaining('osd.7, osd.9'), target: 'osd.7, osd.9' },
    ]);
    expect(found([orphan(7), orphan(9)])[0]?.remedy).toContain(
      'ceph osd purge-new 7 --yes-i-really-mean-it; ceph osd purge-new 9 --yes-i-really-mean-it',
    );
  });

  it.each<[string, Partial<OsdState>]>([
    ['is up', { up: true }],
    ['has a place in CRUSH, so it served: its host may only be away', { location: ['root=default', 'host=n9'] }],
    ['is about to be made on its disk', { uuid: uuidOf('n2') }],
  ])('are never one that %s', (_, changes) => {
    expect(found([orphan(7, changes)])).toEqual([]);
  });

  it('are never one that has a Deployment, or whose label is on a disk', () => {
    expect(found([orphan(7)], { daemons: [{ name: 'osd.7', image: 'x', serves: false }] })).toEqual([]);
    const facts = aFinishedCluster().facts.map((host) =>
      host.node === 'n1'
        ? {
            ...host,
            disks: [
              ...host.disks,
              diskOf('n1', { path: '/dev/sdz', id: 'serial:z', labels: [aLabel({ osdUuid: UUID, osdId: 7 })] }),
            ],
          }
        : host,
    );
    // The host takes no OSD any more, so the disk is not planned with; what is on it counts all the same.
    const hosts = NODES.map((node) => aPlannedHost(node, node === 'n1' ? { osdRefusal: 'n1: taint gpu' } : {}));
    expect(found([orphan(7)], { facts, hosts })).toEqual([]);
  });

  it('are none where Ceph does not answer', () => {
    expect(found([], { ceph: { reachable: false, reason: 'no mon answers', fsid: null } })).toEqual([]);
  });
});
