/** What bootstrap plans for a cluster that was stopped with its data kept. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapContract, type BootstrapPlan } from '../../src/contract/bootstrap.ts';
import type { DiskFacts } from '../../src/contract/disk.ts';
import { planBootstrap } from '../../src/domain/bootstrap-plan.ts';
import {
  aFinishedCluster,
  aFreshCluster,
  diskOf,
  factsOf,
  monStoreOf,
  NODES,
  ownDisk,
  uuidOf,
} from '../builders/bootstrap-observation.ts';
import { aLabel, FSID, OTHER_FSID, OTHER_UUID } from './disk-facts-builder.ts';

const idsOf = ({ steps }: BootstrapPlan): string[] => steps.map(({ id }) => id);
const codesOf = ({ findings }: BootstrapPlan): string[] => findings.map(({ code }) => code);
const blocking = ({ findings }: BootstrapPlan): string[] =>
  findings.filter(({ severity }) => severity === 'blocking').map(({ code }) => code);
const SILENT = { reachable: false, reason: 'no mon answers', fsid: FSID } as const;
const closed = (node: string): DiskFacts => ({ ...ownDisk(node), exclusiveOpenError: null });
const hostsWith = (stores: readonly string[], disk = closed) =>
  NODES.map((node) =>
    factsOf(node, { disks: [disk(node)], leftovers: stores.includes(node) ? [monStoreOf(node)] : [] }),
  );
const remembered = { fsid: FSID, dataDir: '/var/lib/rook', cephVersion: '20.2.4' };

/** Nothing runs: no Deployment, no budget, no Service but those of the mons; Secrets, endpoints, stores and disks are there. */
const stopped = (changes: Parameters<typeof aFinishedCluster>[0] = {}) =>
  aFinishedCluster({
    facts: hostsWith(NODES),
    ceph: SILENT,
    remembered,
    secrets: ['rook-ceph-mon'],
    existing: {
      ...aFinishedCluster().existing,
      budgets: false,
      dashboard: false,
      toolbox: false,
      reported: false,
      mgrDeployments: [],
    },
    ...changes,
  });

describe('a cluster that was stopped with its data kept', () => {
  it('is taken up again: the same fsid, mons and OSDs, and nothing is made or formatted', () => {
    const plan = planBootstrap(stopped());
    expect(plan.fsid).toBe(FSID);
    expect(plan.mons.map(({ id, node }) => `${id}@${node}`)).toEqual(['a@n1', 'b@n2', 'c@n3']);
    expect(plan.osds.map(({ osdUuid }) => osdUuid)).toEqual(NODES.map(uuidOf));
    expect(idsOf(plan)).toEqual([
      'place-mons',
      'start-mons',
      'start-mgrs',
      ...NODES.map((node) => `create-osds/${node}`),
      'protect-daemons',
      'set-up-dashboard',
      'start-toolbox',
      'verify',
      'report-status',
    ]);
    expect(plan.steps.filter(({ risk }) => risk !== 'none')).toEqual([]);
    expect(plan.steps.filter(({ does }) => /format|wipe/.test(does))).toEqual([]);
    expect(plan.findings).toEqual([]);
  });

  const foreign = (node: string) => diskOf(node, { labels: [aLabel({ osdUuid: OTHER_UUID, osdId: 7 })] });

  it('gets an OSD back that the map had when it was stopped, also where its uuid is not of our making', () => {
    const facts = stopped().facts.with(1, factsOf('n2', { disks: [foreign('n2')], leftovers: [monStoreOf('n2')] }));
    const keptOsds = { '0': uuidOf('n1'), '7': OTHER_UUID };
    const plan = planBootstrap(stopped({ facts, remembered: { ...remembered, keptOsds } }));
    expect(plan.osds.find(({ node }) => node === 'n2')).toMatchObject({ osdUuid: OTHER_UUID });
    expect(plan.steps.find(({ id }) => id === 'create-osds/n2')).toMatchObject({ risk: 'none' });
  });

  it.each([
    ['the map did not have', { ...remembered, keptOsds: { '0': uuidOf('n1') } }],
    ['only the memory of another cluster has', { ...remembered, fsid: OTHER_FSID, keptOsds: { '7': OTHER_UUID } }],
  ])('leaves the disk of an OSD alone that %s', (_, memory) => {
    const facts = stopped().facts.with(1, factsOf('n2', { disks: [foreign('n2')], leftovers: [monStoreOf('n2')] }));
    const plan = planBootstrap(stopped({ facts, remembered: memory }));
    expect(plan.osds.map(({ node }) => node)).toEqual(['n1', 'n3']);
  });

  it('is not taken up with another Ceph version in passing', () => {
    const plan = planBootstrap(stopped({ remembered: { ...remembered, cephVersion: '19.2.3' } }));
    expect(blocking(plan)).toEqual(['OTHER_VERSION_KEPT']);
    expect(plan.findings.find(({ code }) => code === 'OTHER_VERSION_KEPT')?.because).toContain(
      "left with Ceph 19.2.3, but the document's image has Ceph 20.2.4",
    );
  });

  it('may get another image while no OSD was ever completed', () => {
    const seen = stopped({
      facts: hostsWith(NODES, (node) => diskOf(node)),
      remembered: { ...remembered, cephVersion: '19.2.3' },
    });
    expect(codesOf(planBootstrap(seen))).not.toContain('OTHER_VERSION_KEPT');
  });
});

describe('a mon store that is missing while Ceph does not answer', () => {
  it('is made only after the mons with a store have quorum among themselves', () => {
    const plan = planBootstrap(stopped({ facts: hostsWith(['n1', 'n2']) }));
    expect(plan.startFirst).toEqual(['a', 'b']);
    expect(idsOf(plan).slice(0, 4)).toEqual(['place-mons', 'start-kept-mons', 'make-mon-stores/c', 'start-mons']);
    expect(plan.steps.find(({ id }) => id === 'start-kept-mons')?.targets).toEqual(['mon.a@n1', 'mon.b@n2']);
    expect(blocking(plan)).toEqual([]);
  });

  it('is never made where only a minority of the stores is there', () => {
    expect(blocking(planBootstrap(stopped({ facts: hostsWith(['n1']) })))).toEqual(['MON_STORES_LOST']);
  });

  it('is made at once where no OSD was ever completed: no mon has served yet', () => {
    const plan = planBootstrap(stopped({ facts: hostsWith(['n1'], (node) => diskOf(node)) }));
    expect(plan.startFirst).toEqual([]);
    expect(idsOf(plan)).toContain('make-mon-stores/b');
    expect(idsOf(plan)).not.toContain('start-kept-mons');
  });

  it('never joins less than a majority of old stores, whatever is there', () => {
    fc.assert(
      fc.property(fc.subarray(NODES), fc.subarray(NODES), (stores, seenHosts) => {
        const facts = hostsWith(stores).filter(({ node }) => seenHosts.includes(node));
        const plan = planBootstrap(stopped({ facts }));
        const hasOsds = seenHosts.length > 0;
        const makes = idsOf(plan).some((id) => id.startsWith('make-mon-stores/'));
        if (!hasOsds || !makes || blocking(plan).includes('MON_STORES_LOST')) return;
        expect((plan.startFirst ?? []).length).toBeGreaterThanOrEqual(2);
      }),
    );
  });
});

describe('a cluster whose identity Secret is gone', () => {
  const lost = (changes: Parameters<typeof aFinishedCluster>[0] = {}) =>
    planBootstrap(stopped({ fsid: { value: OTHER_FSID, exists: false }, secrets: [], ...changes }));
  const findingOf = (plan: BootstrapPlan) => plan.findings.find(({ code }) => code === 'DATA_WITHOUT_KEYS');

  it('is never made anew over its disks and stores: fsid, hosts, disks and the restore are named', () => {
    const finding = findingOf(lost());
    expect(finding).toMatchObject({ severity: 'blocking', target: FSID });
    for (const named of [FSID, 'n2:serial:n2-1', 'mon.c@n3', 'namespace rook-ceph'])
      expect(finding?.because).toContain(named);
    for (const named of ['rook-ceph-mon', 'mon-secret', 'ceph-secret', '/var/lib/rook/mon-<id>/data/keyring'])
      expect(finding?.remedy).toContain(named);
    expect(bootstrapContract.unwaivable).toContain('DATA_WITHOUT_KEYS');
  });

  it('is told by its disks alone where the stores are gone as well, and by its stores alone', () => {
    expect(findingOf(lost({ facts: hostsWith([]) }))?.because).toContain('3 disks');
    expect(findingOf(lost({ facts: hostsWith(NODES, (node) => diskOf(node)) }))?.because).toContain('mon stores');
  });

  it('is told by a store of one of its mons where nothing is remembered of it', () => {
    expect(findingOf(lost({ remembered: null }))).toMatchObject({ target: FSID });
  });

  it('is told by the daemons that still serve, whose stores nobody can read', () => {
    const running = NODES.map((node) => factsOf(node, { leftovers: [monStoreOf(node, { cephFsid: null })] }));
    const daemons = [{ name: 'mon.a', image: 'quay.io/ceph/ceph:v20.2.4', serves: true }];
    expect(findingOf(lost({ facts: running, remembered: null, daemons }))?.because).toContain('1 Deployments');
  });

  it('says which Secrets still hold the keys', () => {
    const finding = findingOf(lost({ secrets: ['rook-ceph-mons-keyring', 'rook-ceph-admin-keyring'] }));
    expect(finding?.remedy).toContain('rook-ceph-mons-keyring and rook-ceph-admin-keyring still hold the keys');
  });

  it('is not answered by moving its own stores away', () => {
    expect(codesOf(lost())).not.toContain('STALE_STATE');
  });

  it('may be given up where nothing of it is seen any more', () => {
    const plan = lost({ facts: hostsWith([], (node) => diskOf(node)) });
    expect(codesOf(plan)).toEqual(['IDENTITY_LOST']);
    expect(bootstrapContract.unwaivable).not.toContain('IDENTITY_LOST');
  });

  it('is another thing than a namespace that never had one', () => {
    expect(planBootstrap(aFreshCluster()).findings).toEqual([]);
  });

  it('does not stop a new cluster beside the disks of another one', () => {
    const facts = aFreshCluster().facts.with(
      0,
      factsOf('n1', { disks: [diskOf('n1', { labels: [aLabel({ cephFsid: OTHER_FSID })] })] }),
    );
    expect(blocking(planBootstrap(aFreshCluster({ facts })))).toEqual([]);
  });
});
