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

describe('a teardown after one that left a host out', () => {
  it('pays: it proves, wipes exactly the disks with the old fsid, and asks before', () => {
    const foreign = ourDisk({ id: 'serial:other', aliases: [], labels: [aLabel({ cephFsid: OLD_FSID })] });
    const plan = afterwards({ hosts: [aHost('n1'), aHost('n3', { disks: [disk, foreign] })] });
    expect(plan.steps.map(({ id }) => id)).toEqual([
      'prove-stopped/n1',
      'prove-stopped/n3',
      'wipe-disks/n3',
      'remove-agents',
    ]);
    expect(plan.steps.find(({ id }) => id === 'wipe-disks/n3')).toMatchObject({
      targets: ['n3:serial:n3'],
      alwaysAsk: true,
    });
    expect(plan).toMatchObject({ pays: ['n3'], owes: [] });
  });

  it('still owes while the host is away, with the disks that are known', () => {
    const plan = afterwards({ hosts: [aHost('n1')] });
    expect(plan.steps).toEqual([]);
    expect(plan.pays).toEqual([]);
    expect(plan.owes).toMatchObject([{ code: 'HOST_NOT_SEEN', node: 'n3', disks: ['serial:n3'], fsid: FSID }]);
  });

  it('knows the fsid by the debt alone, where the record of the cluster is lost', () => {
    expect(afterwards({ remembered: null })).toMatchObject({ fsid: FSID, pays: ['n3'] });
  });

  it('takes no other machine of that name for the one that owes', () => {
    const plan = afterwards({ hosts: [aHost('n1'), aHost('n3', { machineId: 'machine-new' })] });
    expect(plan.findings.find(({ code }) => code === 'NODE_REPLACED')).toMatchObject({
      severity: 'warning',
      target: 'n3',
      because: expect.stringMatching(/machine-n3 carried the cluster, and machine-new is seen/) as string,
    });
    expect(plan).toMatchObject({ pays: [], owes: [{ code: 'NODE_REPLACED', node: 'n3', disks: ['serial:n3'] }] });
    expect(owedOf(plan.findings)).toHaveLength(1);
  });

  it('owes a disk that is not there any more', () => {
    const plan = afterwards({ hosts: [aHost('n1'), aHost('n3')] });
    expect(codesOf(plan)).toContain('OWED_DISK_NOT_SEEN');
    expect(plan).toMatchObject({ pays: [], owes: [{ node: 'n3', disks: ['serial:n3'] }] });
  });

  it('leaves the debt of an earlier cluster of the namespace alone', () => {
    const plan = afterwards({ owed: [owing({ fsid: OLD_FSID })] });
    expect(codesOf(plan)).toContain('FORMER_DEBT');
    expect(plan).toMatchObject({ pays: [], owes: [{ node: 'n3', fsid: OLD_FSID }] });
  });

  it('lets a person settle what is gone for good, and nothing else', () => {
    const { findings } = afterwards({ hosts: [aHost('n1')] });
    expect(owedOf(findings, ['HOST_NOT_SEEN'])).toEqual([]);
    expect(owedOf(findings, ['OWN_DISK_NOT_WIPED'])).toHaveLength(1);
    const unwiped = [{ code: 'OWN_DISK_NOT_WIPED', severity: 'blocking' as const, because: 'mounted' }];
    expect(owedOf(unwiped, ['OWN_DISK_NOT_WIPED'])).toEqual(['mounted']);
  });
});

describe('a host that is away when the plan is made', () => {
  it('owes the disks that it showed the last time', () => {
    const plan = planTeardown(
      observed({
        remembered: { fsid: FSID, nodes: ['n1', 'n3'] },
        lastLooks: [aHost('n3', { disks: [disk, ourDisk({ id: 'serial:other', labels: [] })] })],
      }),
    );
    expect(plan.owes).toMatchObject([{ code: 'HOST_NOT_SEEN', node: 'n3', disks: ['serial:n3'] }]);
  });

  it('is no other machine where no machine id is remembered, as of a cluster of an earlier version', () => {
    expect(codesOf(planTeardown(observed()))).not.toContain('NODE_REPLACED');
  });
});
