import { describe, expect, it } from 'vitest';
import type { OwedHost } from '../../src/contract/owed.ts';
import { owedOf } from '../../src/contract/teardown.ts';
import { planTeardown } from '../../src/domain/teardown-plan.ts';
import { aLabel, FSID } from './disk-facts-builder.ts';
import { aHost, noObjects, observed, ourDisk } from './teardown-observation-builder.ts';

const OLD_FSID = '99999999-9999-4999-8999-999999999999';
const disk = ourDisk({ id: 'serial:n3', aliases: [], exclusiveOpenError: null });
const owing = (changes: Partial<OwedHost> = {}): OwedHost => ({
  node: 'n3',
  fsid: FSID,
  dataDir: '/var/lib/rook',
  disks: ['serial:n3'],
  reason: 'n3 was left out',
  since: '2026-11-22T04:05:06Z',
  machineId: 'machine-n3',
  ...changes,
});
/** All of the cluster is gone but what n3 owes. */
const afterwards = (changes: Parameters<typeof observed>[0] = {}) =>
  planTeardown(
    observed({
      objects: noObjects(),
      ceph: null,
      agentsAdded: true,
      remembered: { fsid: FSID, nodes: ['n1', 'n3'], machineIds: { n1: 'machine-n1', n3: 'machine-n3' } },
      owed: [owing()],
      hosts: [aHost('n1'), aHost('n3', { disks: [disk] })],
      ...changes,
    }),
  );
const codesOf = ({ findings }: ReturnType<typeof planTeardown>) => findings.map(({ code }) => code);

const CURRENT = { node: 'n3', fsid: FSID };
const FORMER = { node: 'n3', fsid: OLD_FSID };

describe('a teardown after one that left a host out', () => {
  it('pays: it proves, wipes exactly the disks with the old fsid, asks before, and takes the debt out at last', () => {
    const foreign = ourDisk({ id: 'serial:other', aliases: [], labels: [aLabel({ cephFsid: OLD_FSID })] });
    const plan = afterwards({ hosts: [aHost('n1'), aHost('n3', { disks: [disk, foreign] })] });
    expect(plan.steps.map(({ id }) => id)).toEqual([
      'prove-stopped/n1',
      'prove-stopped/n3',
      'wipe-disks/n3',
      'settle-owed',
      'remove-agents',
    ]);
    expect(plan.steps.find(({ id }) => id === 'wipe-disks/n3')).toMatchObject({
      targets: ['n3:serial:n3'],
      alwaysAsk: true,
    });
    expect(plan).toMatchObject({ pays: [CURRENT], owes: [], settles: [] });
  });

  it('still owes while the host is away, with the disks and the machine that are known', () => {
    const plan = afterwards({ hosts: [aHost('n1')] });
    expect(plan.steps).toEqual([]);
    expect(plan.summary).toMatch(/^Nothing of rook-ceph can be taken away now, and something of it may be left: .*n3/);
    expect(plan.pays).toEqual([]);
    expect(codesOf(plan)).toContain('HOST_NOT_SEEN');
    expect(plan.owes).toMatchObject([{ ...CURRENT, disks: ['serial:n3'], machineId: 'machine-n3' }]);
  });

  it('knows the fsid by the debt alone, where the record of the cluster is lost', () => {
    expect(afterwards({ remembered: null })).toMatchObject({ fsid: FSID, pays: [CURRENT] });
  });

  it('takes no other machine of that name for the one that owes', () => {
    const plan = afterwards({ hosts: [aHost('n1'), aHost('n3', { machineId: 'machine-new' })] });
    expect(plan.findings.find(({ code }) => code === 'NODE_REPLACED')).toMatchObject({
      severity: 'warning',
      target: 'n3',
      because: expect.stringMatching(/machine-n3 carried the cluster, and machine-new is seen/) as string,
    });
    expect(plan).toMatchObject({ pays: [], owes: [{ ...CURRENT, disks: ['serial:n3'], machineId: 'machine-n3' }] });
  });

  it.each([
    ['is not there any more', []],
    ['is there with no size', [ourDisk({ id: 'serial:n3', aliases: [], labels: [], sizeBytes: 0 })]],
    ['is only a path that another disk has now', [ourDisk({ id: 'serial:new', path: 'serial:n3', labels: [] })]],
  ])('owes a disk that %s', (_, disks) => {
    const plan = afterwards({ hosts: [aHost('n1'), aHost('n3', { disks })] });
    expect(codesOf(plan)).toContain('OWED_DISK_NOT_SEEN');
    expect(plan).toMatchObject({ pays: [], owes: [{ ...CURRENT, disks: ['serial:n3'] }] });
  });

  it('pays without asking where the disk is there, readable, and nothing of the cluster is on it any more', () => {
    const blank = ourDisk({ id: 'serial:n3', aliases: [], labels: [], exclusiveOpenError: null });
    const plan = afterwards({ hosts: [aHost('n1'), aHost('n3', { disks: [blank] })] });
    expect(plan).toMatchObject({ pays: [CURRENT], owes: [] });
    expect(plan.steps).toMatchObject([
      { id: 'settle-owed', alwaysAsk: false, targets: [`owed/n3/${FSID}`] },
      { id: 'remove-agents' },
    ]);
  });

  it.each([
    ['OWN_DISK_NOT_WIPED', { mounts: ['/mnt'] }, ['OWN_DISK_NOT_WIPED']],
    ['DISK_UNREADABLE', { labels: [], readError: 'EIO' }, []],
  ])('does not count a host as paid of which %s says that a disk stays', (code, changes, waive) => {
    const hosts = [aHost('n1'), aHost('n3', { disks: [{ ...disk, ...changes }] })];
    const plan = afterwards({ hosts, waive });
    expect(codesOf(plan)).toContain(code);
    expect(plan).toMatchObject({ pays: [], settles: [], owes: [{ ...CURRENT, disks: ['serial:n3'] }] });
  });

  it('does not count a host as paid whose agent looked into another directory', () => {
    const plan = afterwards({ dataDir: '/var/lib/edited' });
    expect(plan.findings.find(({ code }) => code === 'DATA_DIR_NOT_SEEN')).toMatchObject({
      target: 'n3',
      because: expect.stringContaining('/var/lib/rook, but its agent looks into /var/lib/edited') as string,
    });
    expect(plan).toMatchObject({ pays: [], owes: [{ ...CURRENT, dataDir: '/var/lib/rook' }] });
  });
});

describe('a host without an older debt', () => {
  it('owes where its agent looked into another directory than the one in which the cluster was made', () => {
    const remembered = { fsid: FSID, nodes: ['n1'], dataDir: '/var/lib/made' };
    const plan = planTeardown(observed({ remembered }));
    expect(codesOf(plan)).toEqual(['DATA_DIR_NOT_SEEN']);
    expect(plan.owes).toMatchObject([{ node: 'n1', dataDir: '/var/lib/made', disks: ['wwn:0x5000c500a1b2c3d4'] }]);
    expect(plan.steps[0]?.id).toBe('remember-owed');
  });
});

describe('what is owed of an earlier cluster of the namespace', () => {
  const away = { remembered: { fsid: FSID, nodes: ['n1', 'n3'] }, owed: [owing({ fsid: OLD_FSID })] };

  it('is left alone, also where its disks are there, and is no debt of this one', () => {
    const plan = afterwards({ owed: [owing({ fsid: OLD_FSID, machineId: 'machine-old' })] });
    expect(codesOf(plan)).toContain('FORMER_DEBT');
    expect(codesOf(plan)).not.toContain('NODE_REPLACED');
    expect(plan).toMatchObject({ pays: [], owes: [], settles: [] });
    expect(owedOf(plan.findings)).toHaveLength(1);
  });

  it('stays apart from what the same host owes of this one', () => {
    const look = aHost('n3', { machineId: 'machine-b', disks: [ourDisk({ id: 'serial:b', aliases: [] })] });
    const plan = planTeardown(observed({ ...away, lastLooks: [look] }));
    const [debt, ...others] = plan.owes ?? [];
    expect(debt).toMatchObject({ ...CURRENT, disks: ['serial:b'], machineId: 'machine-b' });
    expect(others).toEqual([]);
  });

  it('is paid by nothing but a teardown of that cluster', () => {
    const both = [owing({ fsid: OLD_FSID }), owing()];
    expect(afterwards({ owed: both })).toMatchObject({ pays: [CURRENT], settles: [] });
    expect(afterwards({ owed: both, waive: ['FORMER_DEBT'] })).toMatchObject({ pays: [CURRENT], settles: [FORMER] });
  });

  it('says nothing about hosts, machines and directory of this one, and is not forgotten with it', () => {
    const remembered = { fsid: OLD_FSID, nodes: ['n9'], machineIds: { n1: 'other' }, dataDir: '/var/lib/old' };
    const plan = planTeardown(observed({ remembered }));
    expect(codesOf(plan)).toEqual(['FORMER_IDENTITY']);
    expect(owedOf(plan.findings)).toHaveLength(1);
    expect(plan.owes).toEqual([]);
  });

  it('proves nothing where it is not known which cluster it was', () => {
    const plan = afterwards({ remembered: null, owed: [owing({ fsid: null })] });
    expect(plan).toMatchObject({ pays: [], owes: [] });
    expect(codesOf(plan)).toContain('FORMER_DEBT');
  });
});

describe('what a person calls settled', () => {
  const two = { hosts: [aHost('n1')], owed: [owing(), owing({ node: 'n4', disks: ['serial:n4'] })] };

  it('is forgotten only by a step that names every host and always asks', () => {
    const plan = afterwards({ ...two, waive: ['HOST_NOT_SEEN'] });
    expect(plan.steps).toMatchObject([
      { id: 'settle-owed', alwaysAsk: true, targets: [`owed/n3/${FSID} unproven`, `owed/n4/${FSID} unproven`] },
      { id: 'remove-agents' },
    ]);
    expect(plan.settles).toEqual([CURRENT, { node: 'n4', fsid: FSID }]);
  });

  it('goes also while another host owes, which is remembered', () => {
    const hosts = [aHost('n1'), aHost('n4')];
    const plan = afterwards({ ...two, hosts, waive: ['HOST_NOT_SEEN'] });
    expect(plan).toMatchObject({ settles: [CURRENT], owes: [{ node: 'n4', disks: ['serial:n4'] }], pays: [] });
    expect(plan.steps.map(({ id }) => id)).toEqual(['remember-owed', 'settle-owed', 'remove-agents']);
  });

  it('does not settle what else the host owes', () => {
    const disks = [ourDisk({ id: 'serial:new', aliases: [], mounts: ['/mnt'] })];
    const waive = ['OWED_DISK_NOT_SEEN', 'OWN_DISK_NOT_WIPED'];
    const plan = afterwards({ hosts: [aHost('n1'), aHost('n3', { disks })], waive });
    expect(codesOf(plan)).toEqual(expect.arrayContaining(waive));
    expect(plan).toMatchObject({ settles: [], pays: [], owes: [{ ...CURRENT, disks: ['serial:n3', 'serial:new'] }] });
  });

  it('is nothing but what is gone for good', () => {
    const { findings } = afterwards({ hosts: [aHost('n1')] });
    expect(owedOf(findings, ['HOST_NOT_SEEN'])).toEqual([]);
    expect(owedOf(findings, ['OWN_DISK_NOT_WIPED'])).toHaveLength(1);
    const unwiped = [{ code: 'OWN_DISK_NOT_WIPED', severity: 'blocking' as const, because: 'mounted' }];
    expect(owedOf(unwiped, ['OWN_DISK_NOT_WIPED'])).toEqual(['mounted']);
  });
});

describe('a host that is away when the plan is made', () => {
  const look = aHost('n3', { disks: [disk, ourDisk({ id: 'serial:other', labels: [] })] });
  const plan = planTeardown(observed({ remembered: { fsid: FSID, nodes: ['n1', 'n3'] }, lastLooks: [look] }));

  it('owes the disks that it showed the last time, and that is remembered before anything is destroyed', () => {
    expect(plan.owes).toMatchObject([{ node: 'n3', disks: ['serial:n3'], machineId: 'machine-n3' }]);
    expect(plan.steps[0]).toMatchObject({ id: 'remember-owed', targets: [`owed/n3/${FSID}`] });
  });

  it('is known with all of that where a person leaves it out, as is every host that was seen', () => {
    expect(plan.carries).toMatchObject([
      { node: 'n1', disks: ['wwn:0x5000c500a1b2c3d4'], machineId: 'machine-n1' },
      { node: 'n3', disks: ['serial:n3'], machineId: 'machine-n3', fsid: FSID, dataDir: '/var/lib/rook' },
    ]);
  });

  it('is no other machine where no machine id is remembered, as of a cluster of an earlier version', () => {
    expect(codesOf(planTeardown(observed()))).not.toContain('NODE_REPLACED');
  });
});

describe('a cluster of which only the memory is left', () => {
  it('is forgotten by a step, so that it is looked at again under the lock', () => {
    const plan = afterwards({ owed: [], hosts: [aHost('n1'), aHost('n3')] });
    expect(plan.steps.map(({ id }) => id)).toEqual(['remove-agents', 'forget-cluster']);
    expect(plan.steps.some(({ alwaysAsk }) => alwaysAsk)).toBe(false);
  });

  it('is not forgotten while something is owed', () => {
    expect(afterwards({ owed: [], hosts: [aHost('n1')] }).steps).toEqual([]);
  });
});
