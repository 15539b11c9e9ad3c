import { describe, expect, it } from 'vitest';
import { planSwap, whyNotWaiting } from '../../src/domain/swap-plan.ts';
import {
  aFinishedCluster,
  diskOf,
  factsOf,
  monStoreOf,
  NODES,
  ownDisk,
  runningCluster,
} from '../builders/bootstrap-observation.ts';
import { aLabel, FSID, OTHER_FSID } from './disk-facts-builder.ts';

const XFS = { type: 'xfs', offsetBytes: 0 };
const codesOf = ({ findings }: { findings: { code: string }[] }): string[] => findings.map(({ code }) => code);

describe('the plan of the new disk', () => {
  const NEW = 'serial:new';
  const withDisk = (changes: object = {}) =>
    aFinishedCluster({
      facts: NODES.map((node) =>
        factsOf(node, {
          disks: node === 'n1' ? [diskOf('n1', { id: NEW, path: '/dev/sdx', ...changes })] : [ownDisk(node)],
          leftovers: [monStoreOf(node)],
        }),
      ),
    });
  const asked = { osd: 0, node: 'n1', disk: NEW };

  it('names the disk, keeps the id, and is approved by a hash of its own', () => {
    const plan = planSwap(withDisk(), asked);
    expect(plan.steps.map(({ id }) => id)).toEqual(['create-osds/n1', 'weigh-osd', 'verify', 'report-status']);
    expect(plan.steps[0]?.targets[0]).toContain(`n1:${NEW}:`);
    expect(plan).toMatchObject({ osdId: 0, node: 'n1', findings: [] });
    expect(plan.hash).not.toBe(planSwap(withDisk(), { ...asked, osd: 1 }).hash);
  });

  it.each([
    ['a file system that is mounted', { signatures: [XFS], mounts: ['/srv'] }, 'HAS_FILESYSTEM'],
    ['partitions', { partitions: ['sdx1'] }, 'HAS_PARTITIONS'],
    ['too little room', { sizeBytes: 2 ** 30 }, 'TOO_SMALL'],
    ['too little room and a file system', { sizeBytes: 2 ** 30, signatures: [XFS] }, 'TOO_SMALL'],
  ])('refuses a disk with %s, with the reason', (_, changes, reason) => {
    const plan = planSwap(withDisk(changes), asked);
    expect(plan.steps).toEqual([]);
    expect(plan.findings[0]).toMatchObject({
      code: 'NEW_DISK_REFUSED',
      because: expect.stringContaining(reason) as string,
    });
  });

  it('offers the wipe of a disk that is not blank, and of exactly what is on it', () => {
    const plan = planSwap(withDisk({ signatures: [XFS] }), asked);
    expect(codesOf(plan)).toEqual(['NEW_DISK_REFUSED']);
    expect(plan.steps.map(({ id }) => id).slice(0, 2)).toEqual(['wipe-new-disk', 'create-osds/n1']);
    expect(plan.steps[0]).toMatchObject({ risk: 'destroys-data', alwaysAsk: true, targets: [`n1:${NEW}`, 'xfs at 0'] });
    expect(plan.wipes).toEqual({
      disk: { node: 'n1', path: '/dev/sdx', id: NEW, sizeBytes: 10 * 2 ** 30 },
      content: { signatures: [XFS], labels: [] },
    });
    const other = planSwap(withDisk({ signatures: [{ ...XFS, type: 'ext4' }] }), asked);
    expect(other.hash).not.toBe(plan.hash);
    const foreign = planSwap(withDisk({ labels: [aLabel({ cephFsid: OTHER_FSID })] }), asked);
    expect(foreign.steps[0]?.does).toContain(OTHER_FSID);
    expect(foreign.wipes?.content.labels).toHaveLength(1);
    const small = planSwap(withDisk({ signatures: [XFS] }), { ...asked, atLeastBytes: 20 * 2 ** 30 });
    expect([small.steps, codesOf(small), small.wipes]).toEqual([[], ['NEW_DISK_SMALLER'], undefined]);
  });

  it('knows the old disk that is put back, and no other one, as that', () => {
    const label = aLabel({ osdId: 0, cephFsid: FSID });
    const told = (changes: object) =>
      planSwap(withDisk({ labels: [{ ...label, ...changes }] }), asked).findings[0]?.because;
    expect(told({})).toMatch(/^The old disk of osd\.0 was put back; .* STALE_OSD/);
    expect(told({ osdId: 1 })).toMatch(/^The disk that was put in/);
    expect(told({ cephFsid: OTHER_FSID })).toMatch(/^The disk that was put in/);
  });

  it('never offers the wipe of a disk that carries an OSD of the map', () => {
    const label = aLabel({ osdUuid: runningCluster().osds[1]?.uuid ?? '', cephFsid: FSID });
    const plan = planSwap(withDisk({ labels: [label] }), asked);
    expect([plan.steps, plan.wipes]).toEqual([[], undefined]);
    expect(plan.findings[0]?.because).toContain('OWN_OSD');
  });

  it('refuses a smaller disk with both sizes; one of nearly the same size is none', () => {
    const plan = planSwap(withDisk({ sizeBytes: 10 * 2 ** 30 }), { ...asked, atLeastBytes: 20 * 2 ** 30 });
    expect(plan.steps).toEqual([]);
    expect(plan.findings[0]).toMatchObject({
      code: 'NEW_DISK_SMALLER',
      because: expect.stringMatching(/has 10\.0 GiB, .* 20\.0 GiB/) as string,
    });
    const nearly = planSwap(withDisk({ sizeBytes: 10 * 2 ** 30 }), { ...asked, atLeastBytes: 10.05 * 2 ** 30 });
    expect(nearly.findings).toEqual([]);
  });

  it('refuses a disk that is gone again', () => {
    expect(planSwap(withDisk(), { ...asked, disk: 'serial:other' }).findings[0]?.because).toContain('gone again');
  });
});

describe('the id that a new disk is to get', () => {
  const with0 = (changes: object) =>
    runningCluster({ osds: runningCluster().osds.map((osd) => (osd.id === 0 ? { ...osd, ...changes } : osd)) });

  it('is free while the map calls it destroyed, or an earlier try has begun the very OSD', () => {
    expect(whyNotWaiting(with0({ destroyed: true }), 0, undefined)).toBeUndefined();
    expect(whyNotWaiting(with0({ uuid: 'own' }), 0, 'own')).toBeUndefined();
    expect(whyNotWaiting(with0({ uuid: 'begun', neverServed: true }), 0, undefined)).toBeUndefined();
  });

  it('is not where others removed it or took it meanwhile', () => {
    expect(whyNotWaiting(with0({ uuid: 'other' }), 0, 'own')).toContain('another OSD by now (other)');
    expect(whyNotWaiting(with0({ uuid: 'other', neverServed: true }), 0, 'own')).toContain('another OSD by now');
    expect(whyNotWaiting(runningCluster({ osds: [] }), 0, 'own')).toContain('for good');
  });
});
