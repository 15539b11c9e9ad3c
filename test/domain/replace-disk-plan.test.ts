import { describe, expect, it } from 'vitest';
import type { ClusterLayout, LaidPool } from '../../src/contract/cluster-layout.ts';
import type { DiskFacts } from '../../src/contract/disk.ts';
import type { ReplaceDiskPlan } from '../../src/contract/replace-disk.ts';
import { osdUuid } from '../../src/domain/osd-uuid.ts';
import { planReplaceDisk, type ObservedReplacement } from '../../src/domain/replace-disk-plan.ts';
import { anOsdThatGoes, laid } from '../builders/osd-going.ts';
import { diskOf, factsOf, NODES, ownDisk, runningCluster, uuidOf } from '../builders/bootstrap-observation.ts';
import { FSID } from './disk-facts-builder.ts';

const osds = runningCluster().osds;
const seen = (changes: Partial<ObservedReplacement> = {}): ObservedReplacement => ({
  ...anOsdThatGoes({ wipe: false }),
  hostOfBucket: { n1: 'n1', n2: 'n2', n3: 'n3' },
  ...changes,
});
const layoutOf = (pools: LaidPool[]): ClusterLayout => {
  const { layout } = seen();
  if (layout === null) throw new Error('there is a layout');
  return { ...layout, pools };
};
/** Each of the three hosts has to have a copy. */
const NEEDS_THREE: [LaidPool] = [
  { name: 'rbd', size: 3, minSize: 2, rule: { root: 'default', deviceClass: null, failureDomain: 'host' } },
];
const idsOf = ({ steps }: ReplaceDiskPlan): string[] => steps.map(({ id }) => id);
const codesOf = ({ findings }: { findings: { code: string }[] }): string[] => findings.map(({ code }) => code);

describe('the plan of replace-disk', () => {
  it("empties the OSD, destroys it by Ceph's own check, and waits for the disk", () => {
    const plan = planReplaceDisk(seen());
    expect(idsOf(plan)).toEqual(['out-osd', 'stop-osd', 'destroy-osd', 'await-disk']);
    expect(plan.steps.filter(({ alwaysAsk }) => alwaysAsk).map(({ id }) => id)).toEqual(['destroy-osd']);
    expect(plan.disks).toEqual(['serial:n1-1']);
    expect(plan.oldBytes).toBe(2 ** 40);
    expect(codesOf(plan)).toEqual([]);
  });

  it('finds the OSD by its disk as well, with the same hash', () => {
    const byDevice = planReplaceDisk(seen({ osd: undefined, device: 'serial:n1-1' }));
    expect(byDevice.osd.id).toBe(0);
    expect(byDevice.hash).toBe(planReplaceDisk(seen()).hash);
  });

  it('wipes the old disk only where that is asked', () => {
    const steps = idsOf(planReplaceDisk(seen({ wipe: true })));
    expect(steps.slice(steps.indexOf('destroy-osd') + 1)).toEqual(['remember-removed', 'wipe-disk', 'await-disk']);
    expect(idsOf(planReplaceDisk(seen()))).not.toContain('remember-removed');
  });

  it('only waits for the disk of an OSD that is destroyed already, on the host of its place', () => {
    const destroyed = osds.map((osd) =>
      osd.id === 0 ? { ...osd, up: false, in: false, uuid: '0', destroyed: true as const } : osd,
    );
    const hosts = NODES.map((node) => factsOf(node, { disks: node === 'n1' ? [] : [ownDisk(node)] }));
    const plan = planReplaceDisk(seen({ ceph: runningCluster({ osds: destroyed }), deployments: [], hosts }));
    expect(idsOf(plan)).toEqual(['await-disk']);
    expect(plan.osd.node).toBe('n1');
    expect(plan.summary).toBe('osd.0 is destroyed already: waits for its new disk on n1.');
  });

  it('takes a blank disk that was put in before for the new one, where the OSD is destroyed already', () => {
    const blank = diskOf('n1', { id: 'serial:new', path: '/dev/sdx' });
    const used = diskOf('n1', { id: 'serial:used', path: '/dev/sdy', signatures: [{ type: 'xfs', offsetBytes: 0 }] });
    const hosts = NODES.map((node) => factsOf(node, { disks: node === 'n1' ? [blank, used] : [ownDisk(node)] }));
    const destroyed = osds.map((osd) => (osd.id === 0 ? { ...osd, up: false, destroyed: true as const } : osd));
    expect(planReplaceDisk(seen({ ceph: runningCluster({ osds: destroyed }), hosts })).disks).toEqual(['serial:used']);
    expect(planReplaceDisk(seen({ hosts })).disks).toEqual(['serial:new', 'serial:used']);
  });

  describe('of an OSD that is destroyed already', () => {
    const ZERO = '00000000-0000-0000-0000-000000000000';
    const destroyed = osds.map((osd) =>
      osd.id === 0 ? { ...osd, up: false, in: false, uuid: ZERO, destroyed: true as const } : osd,
    );
    const after = (changes: Partial<ObservedReplacement> = {}): ObservedReplacement =>
      seen({ ceph: runningCluster({ osds: destroyed }), deployments: [], ...changes });
    const tombstone = {
      node: 'n1',
      disk: 'serial:n1-1',
      osdId: 0,
      osdUuid: uuidOf('n1'),
      since: '2026-11-23T00:00:00Z',
    };

    it('knows its old disk by the label, for a wipe that an earlier run did not get to', () => {
      const plan = planReplaceDisk(after({ wipe: true }));
      expect(idsOf(plan)).toEqual(['remember-removed', 'wipe-disk', 'await-disk']);
      expect(plan.osd).toMatchObject({ uuid: uuidOf('n1'), disk: { id: 'serial:n1-1' } });
      expect(plan.disks).toEqual(['serial:n1-1']);
      expect(plan.summary).toContain('wipes its old disk /dev/');
      expect(idsOf(planReplaceDisk(after({ wipe: true, removed: [{ ...tombstone, replaced: true }] })))).toEqual([
        'wipe-disk',
        'await-disk',
      ]);
    });

    it('is found by that disk as well', () => {
      expect(planReplaceDisk(after({ osd: undefined, device: 'serial:n1-1' })).osd.id).toBe(0);
    });

    it('never takes the disk of an OSD that was removed for good under the same id for its own', () => {
      const plan = planReplaceDisk(after({ wipe: true, removed: [tombstone] }));
      expect(idsOf(plan)).toEqual(['await-disk']);
      expect(codesOf(planReplaceDisk(after({ osd: undefined, device: 'serial:n1-1', removed: [tombstone] })))).toEqual([
        'OSD_NOT_FOUND',
      ]);
    });

    it('wipes none where several disks carry its id, and names them', () => {
      const other = { ...ownDisk('n1'), id: 'serial:other' };
      const labels = other.labels.map((label) => ({ ...label, osdUuid: 'another' }));
      const hosts = NODES.map((node) =>
        factsOf(node, { disks: node === 'n1' ? [ownDisk('n1'), { ...other, labels }] : [ownDisk(node)] }),
      );
      const plan = planReplaceDisk(after({ wipe: true, hosts }));
      expect([idsOf(plan), codesOf(plan)]).toEqual([['await-disk'], ['DISK_NOT_KNOWN']]);
    });

    it('does not take the disk that was wiped for the new one', () => {
      const wiped = diskOf('n1', { id: 'serial:n1-1', path: '/dev/sdb' });
      const blank = diskOf('n1', { id: 'serial:new', path: '/dev/sdc' });
      const hosts = NODES.map((node) => factsOf(node, { disks: node === 'n1' ? [wiped, blank] : [ownDisk(node)] }));
      expect(planReplaceDisk(after({ hosts, removed: [{ ...tombstone, replaced: true }] })).disks).toEqual([
        'serial:n1-1',
      ]);
      expect(planReplaceDisk(after({ hosts })).disks).toEqual([]);
    });

    it('waits in its own place, wherever its old disk was put', () => {
      const hosts = NODES.map((node) => factsOf(node, { disks: node === 'n2' ? [ownDisk('n1'), ownDisk('n2')] : [] }));
      expect(planReplaceDisk(after({ hosts })).osd.node).toBe('n1');
    });
  });

  describe('of an OSD that an earlier run began on its new disk, and that never served', () => {
    const fresh = diskOf('n1', { id: 'serial:new', path: '/dev/sdx' });
    const begunOsds = osds.map((osd) =>
      osd.id === 0
        ? { ...osd, uuid: osdUuid(FSID, 'n1', 'serial:new'), up: false, in: false, neverServed: true as const }
        : osd,
    );
    const hostsWith = (disks: DiskFacts[]) =>
      NODES.map((node) => factsOf(node, { disks: node === 'n1' ? disks : [ownDisk(node)] }));

    it('goes on with that disk, blank or half made, and destroys nothing', () => {
      const half = {
        ...fresh,
        labels: ownDisk('n1').labels.map((label) => ({ ...label, osdUuid: osdUuid(FSID, 'n1', 'serial:new') })),
      };
      for (const disk of [fresh, half]) {
        const plan = planReplaceDisk(
          seen({ ceph: runningCluster({ osds: begunOsds }), hosts: hostsWith([disk]), deployments: [], wipe: true }),
        );
        expect([idsOf(plan), plan.disks]).toEqual([['await-disk'], []]);
        expect(plan.summary).toContain('was begun on /dev/sdx (serial:new) of n1 and never served');
      }
    });

    it('is replaced as any other where that disk is not there', () => {
      const plan = planReplaceDisk(
        seen({ ceph: runningCluster({ osds: begunOsds }), hosts: hostsWith([]), deployments: [] }),
      );
      expect(idsOf(plan)).toContain('destroy-osd');
    });

    it('is replaced as any other where it serves', () => {
      const serving = begunOsds.map((osd) => ({ ...osd, up: true }));
      const plan = planReplaceDisk(seen({ ceph: runningCluster({ osds: serving }), hosts: hostsWith([fresh]) }));
      expect(idsOf(plan)).toContain('out-osd');
    });
  });

  it('refuses where a pool would have no place for its copies meanwhile', () => {
    expect(codesOf(planReplaceDisk(seen({ layout: layoutOf(NEEDS_THREE) })))).toEqual(['REDUNDANCY_LOST']);
  });

  it.each([
    ['an id that nobody has', { osd: 9 }],
    ['a disk that carries no OSD', { osd: undefined, device: 'serial:unknown' }],
  ])('refuses %s', (_, changes) => {
    const plan = planReplaceDisk(seen(changes));
    expect([idsOf(plan), codesOf(plan)]).toEqual([[], ['OSD_NOT_FOUND']]);
  });
});

describe('the plan of a dead OSD that can never become safe to destroy', () => {
  const dead = (changes: object = {}): ReplaceDiskPlan => {
    const down = osds.map((osd) => (osd.id === 0 ? { ...osd, up: false } : osd));
    const laidOsds = NODES.map((node, id) => laid(id, node, id === 0 ? { up: false } : {}));
    const pgs = { ...layoutOf([]).pgs, pgs: 33, byState: { 'active+undersized+degraded': 33 }, degraded: 9 };
    const layout = { ...layoutOf(NEEDS_THREE), osds: laidOsds, pgs, ...changes };
    return planReplaceDisk(seen({ ceph: runningCluster({ osds: down }), layout }));
  };

  it('is destroyed by force, without being taken out, and says why', () => {
    const plan = dead();
    expect(idsOf(plan)).toEqual(['force-destroy-osd', 'await-disk']);
    expect(plan.steps[0]).toMatchObject({ risk: 'destroys-data', alwaysAsk: true, targets: [`osd.0:${uuidOf('n1')}`] });
    expect(codesOf(plan)).toEqual(['FORCED_DESTROY']);
    expect(plan.findings[0]).toMatchObject({ severity: 'warning', target: 'osd.0' });
    expect(plan.findings[0]?.because).toContain(
      'The pool rbd keeps 3 copies on different hosts, and without osd.0 only 2',
    );
    expect(plan.findings[0]?.because).toContain('33 PGs run with fewer copies until the new disk is filled');
    expect(plan.summary).toContain('destroys it by force');
  });

  it('goes the normal way where the pools find places without it', () => {
    const plan = dead({ pools: [{ ...NEEDS_THREE[0], size: 2 }] });
    expect(idsOf(plan)).toEqual(['out-osd', 'stop-osd', 'destroy-osd', 'await-disk']);
    expect(codesOf(plan)).toEqual([]);
  });

  it.each([
    ['PGs that do not serve', { byState: { 'active+undersized': 32, down: 1 } }, 'PGS_NOT_ACTIVE'],
    ['objects that are unfound', { unfound: 1 }, 'OBJECTS_UNFOUND'],
  ])('is refused with %s', (_, changes, code) => {
    const plan = dead({ pgs: { ...layoutOf([]).pgs, ...changes } });
    expect(codesOf(plan)).toEqual(['REDUNDANCY_LOST', code]);
    expect(idsOf(plan)).not.toContain('force-destroy-osd');
  });
});
