import { describe, expect, it } from 'vitest';
import type { TeardownPlan } from '../../src/contract/teardown.ts';
import { TEARDOWN_STEPS } from '../../src/contract/teardown.ts';
import { planTeardown } from '../../src/domain/teardown-plan.ts';
import { FSID, OTHER_FSID } from './disk-facts-builder.ts';
import {
  aHost,
  aMonStore,
  noObjects,
  observed,
  ourDisk,
  runningCeph,
  someObjects,
} from './teardown-observation-builder.ts';

const idsOf = ({ steps }: TeardownPlan): string[] => steps.map(({ id }) => id);
const codesOf = ({ findings }: TeardownPlan): string[] => findings.map(({ code }) => code);
const stepOf = (plan: TeardownPlan, id: string) => plan.steps.find((step) => step.id === id);

describe('the plan of a teardown', () => {
  it('goes from leaf to root in the order of the contract', () => {
    const plan = planTeardown(observed());
    expect(idsOf(plan)).toEqual([
      'stop-daemons',
      'prove-stopped/n1',
      'wipe-disks/n1',
      'remove-directories/n1',
      'remove-objects',
      'remove-agents',
    ]);
    const order = idsOf(plan).map((id) => TEARDOWN_STEPS.findIndex((name) => name === id.split('/')[0]));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(plan).toMatchObject({ fsid: FSID, nodes: ['n1'], monStores: [{ node: 'n1', mon: 'a' }], findings: [] });
  });

  it('takes the schedule away before anything that it looks at, also where it alone is left', () => {
    for (const state of [{ state: 'running' as const }, { state: 'paused' as const, note: '' }])
      expect(idsOf(planTeardown(observed({ schedule: state })))[0]).toBe('unwatch-health');
    const remembered = { fsid: FSID, nodes: [] };
    const left = observed({ hosts: [], objects: noObjects(), ceph: null, schedule: { state: 'running' }, remembered });
    expect(idsOf(planTeardown(left))).toEqual(['unwatch-health', 'remove-agents']);
  });

  it('always asks before a disk, a directory or the identity is destroyed', () => {
    const plan = planTeardown(observed());
    for (const id of ['wipe-disks/n1', 'remove-directories/n1', 'remove-objects'])
      expect(stepOf(plan, id)).toMatchObject({ risk: 'destroys-data', alwaysAsk: true });
  });

  it('asks also where nothing but the identity is left, because disks of absent hosts are unreadable without it', () => {
    const plan = planTeardown(observed({ hosts: [aHost('n1')], objects: someObjects({ workloads: [] }), ceph: null }));
    expect(idsOf(plan)).toEqual(['remove-objects', 'remove-agents']);
    expect(stepOf(plan, 'remove-objects')?.alwaysAsk).toBe(true);
  });

  it('approves disks by identity: another disk or host gives another hash, another path or wording does not', () => {
    const withDisk = (changes: Parameters<typeof ourDisk>[0]) =>
      planTeardown(observed({ hosts: [aHost('n1', { disks: [ourDisk(changes)] })] }));
    const plan = withDisk({});
    expect(stepOf(plan, 'wipe-disks/n1')?.targets).toEqual(['n1:wwn:0x5000c500a1b2c3d4']);
    expect(withDisk({ path: '/dev/sdz' }).hash).toBe(plan.hash);
    expect(withDisk({ id: 'wwn:other' }).hash).not.toBe(plan.hash);
  });

  it('is approved for one cluster: another one of the same name on the same host has another hash', () => {
    const only = (fsid: string) =>
      planTeardown(observed({ ceph: null, hosts: [], objects: someObjects({ fsid }), remembered: null }));
    expect(only(FSID).steps).toEqual(only(OTHER_FSID).steps);
    expect(only(FSID).hash).not.toBe(only(OTHER_FSID).hash);
  });

  it('has no steps where no identity is known, and says that something may be left', () => {
    const plan = planTeardown(
      observed({ hosts: [aHost('n1')], objects: noObjects(), ceph: null, remembered: null, agentsAdded: true }),
    );
    expect(plan.steps).toEqual([]);
    expect(plan.losses).toEqual([]);
    expect(codesOf(plan)).toEqual(['NO_IDENTITY']);
    expect(plan.summary).toBe(
      'Nothing of rook-ceph can be taken away now, and something of it may be left: no fsid of rook-ceph is known (no Secret rook-ceph-mon, nothing remembered), so no disk and no directory is touched.',
    );
  });

  it('says that nothing is left where no host ever carried anything', () => {
    const plan = planTeardown(observed({ hosts: [], objects: noObjects(), ceph: null, remembered: null }));
    expect(plan).toMatchObject({ steps: [], summary: 'Nothing of rook-ceph is left.' });
  });

  it('takes away agents that an earlier operation left', () => {
    const plan = planTeardown(observed({ hosts: [aHost('n1')], objects: noObjects(), ceph: null, agentsAdded: false }));
    expect(idsOf(plan)).toEqual(['remove-agents']);
  });

  it('wipes what a half-removed cluster left when the Secret is gone, by the remembered fsid', () => {
    const plan = planTeardown(observed({ objects: noObjects(), ceph: null }));
    expect(plan.fsid).toBe(FSID);
    expect(plan.disks).toHaveLength(1);
    expect(codesOf(plan)).toEqual(['CEPH_UNREACHABLE']);
  });

  it('touches no disk and no directory where no identity is known', () => {
    const plan = planTeardown(observed({ objects: noObjects(), remembered: null, ceph: null, agentsAdded: true }));
    expect(plan.steps).toEqual([]);
    expect(codesOf(plan)).toEqual(['NO_IDENTITY', 'FOREIGN_DISK', 'FOREIGN_DIRECTORY']);
  });

  it('stops where the cluster that answers is not the one of the identity Secret', () => {
    const plan = planTeardown(observed({ ceph: runningCeph({ fsid: OTHER_FSID }) }));
    expect(plan.findings).toContainEqual(expect.objectContaining({ code: 'IDENTITY_CONFLICT', severity: 'blocking' }));
  });

  it('names the former cluster of the namespace and leaves its disks alone', () => {
    const plan = planTeardown(observed({ remembered: { fsid: OTHER_FSID, nodes: [] } }));
    expect(codesOf(plan)).toContain('FORMER_IDENTITY');
    expect(plan.fsid).toBe(FSID);
  });

  it('names a remembered host that did not look', () => {
    const plan = planTeardown(observed({ remembered: { fsid: FSID, nodes: ['n1', 'n9'] } }));
    expect(plan.findings).toMatchObject([{ code: 'HOST_NOT_SEEN', target: 'n9' }]);
  });

  it("stops while Rook's own operator would make everything again", () => {
    const plan = planTeardown(observed({ objects: someObjects({ rookOperator: 'runs' }) }));
    expect(plan.findings).toMatchObject([{ code: 'ROOK_OPERATOR_RUNS', severity: 'blocking' }]);
  });
});

describe('the directories of a teardown', () => {
  const planWith = (...leftovers: ReturnType<typeof aMonStore>[]) =>
    planTeardown(observed({ hosts: [aHost('n1', { leftovers })] }));
  const pathsOf = (plan: TeardownPlan) => stepOf(plan, 'remove-directories/n1')?.targets ?? [];
  const clusterDirectory = (changes = {}) =>
    aMonStore('', { kind: 'cluster-directory', path: '/var/lib/rook/rook-ceph', name: 'rook-ceph', ...changes });

  it('include the store of a running mon, whose cluster cannot be read, only where that mon was placed', () => {
    const unread = { cephFsid: null, complete: false };
    expect(pathsOf(planWith(aMonStore('a', unread)))).toEqual(['n1:/var/lib/rook/mon-a']);
    const other = planWith(aMonStore('b', unread));
    expect(pathsOf(other)).toEqual([]);
    expect(codesOf(other)).toContain('FOREIGN_DIRECTORY');
  });

  it("never include another cluster's store, also not under the name of a placed mon", () => {
    const plan = planWith(aMonStore('a', { cephFsid: OTHER_FSID }));
    expect(pathsOf(plan)).toEqual([]);
    expect(plan.monStores).toEqual([]);
  });

  it("include the namespace's directory of logs unless OSDs of another cluster have theirs in it", () => {
    expect(pathsOf(planWith(clusterDirectory({ cephFsid: null })))).toEqual(['n1:/var/lib/rook/rook-ceph']);
    const foreignOsd = aMonStore('', { kind: 'osd-directory', path: '/x', name: 'u', cephFsid: OTHER_FSID });
    expect(pathsOf(planWith(clusterDirectory({ cephFsid: null }), foreignOsd))).toEqual([]);
    expect(pathsOf(planWith(clusterDirectory({ cephFsid: null, name: 'other' })))).toEqual([]);
  });
});
