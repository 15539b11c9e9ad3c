/** What no plan may ever say, whatever the hosts show. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BootstrapPlan } from '../../src/contract/bootstrap.ts';
import type { DiskFacts } from '../../src/contract/disk.ts';
import { planBootstrap } from '../../src/domain/bootstrap-plan.ts';
import type { StorageChoice } from '../../src/domain/disk-selection.ts';
import {
  aFinishedCluster,
  aFreshCluster,
  aPlannedHost,
  diskOf,
  factsOf,
  monStoreOf,
  NODES,
  ownDisk,
  ownLabel,
  runningCluster,
  uuidOf,
  wishes,
} from '../builders/bootstrap-observation.ts';
import { aLabel, FSID, OTHER_FSID, OTHER_UUID } from './disk-facts-builder.ts';

const UNREACHABLE = { reachable: false, reason: 'no mon answers', fsid: FSID } as const;
const GIB = 2 ** 30;

const blocking = ({ findings }: BootstrapPlan): string[] =>
  findings.filter(({ severity }) => severity === 'blocking').map(({ code }) => code);
const formatted = ({ steps }: BootstrapPlan): string[] =>
  steps.flatMap(({ risk, targets }) => (risk === 'destroys-data' ? targets : []));
const newStores = ({ steps }: BootstrapPlan): string[] =>
  steps.map(({ id }) => id).filter((id) => id.startsWith('make-mon-stores/'));

/** Each alone makes a disk unfit for an OSD. */
const SPOILS: Record<string, Partial<DiskFacts>> = {
  mounted: { mounts: ['/srv'] },
  'with a file system': { signatures: [{ type: 'ext4', offsetBytes: 1080 }] },
  'with LVM': { signatures: [{ type: 'LVM2_member', offsetBytes: 536 }] },
  'with a partition table': { signatures: [{ type: 'gpt', offsetBytes: 512 }] },
  'with a signature that nobody here knows': { signatures: [{ type: 'brand-new-fs', offsetBytes: 0 }] },
  'with partitions': { partitions: ['sdb1'] },
  'with something built on it': { holders: ['dm-0'] },
  'that the host runs from': { holdsSystem: true },
  'with the label of another cluster': { labels: [aLabel({ cephFsid: OTHER_FSID })] },
  'with the label of another cluster left only at 1 GiB': {
    labels: [aLabel({ cephFsid: OTHER_FSID, offsetBytes: GIB })],
  },
  'with a damaged label': { labels: [aLabel({ osdUuid: null, cephFsid: null, ready: false })] },
  'with the label of a former OSD of ours': { labels: [aLabel({ osdUuid: OTHER_UUID })] },
  'with two labels that contradict each other': {
    labels: [aLabel({ osdUuid: uuidOf('n1') }), aLabel({ cephFsid: OTHER_FSID, offsetBytes: GIB })],
  },
  'that is too small': { sizeBytes: 5 * GIB - 1 },
  'that is read-only': { readOnly: true },
  'that is removable': { removable: true },
  'without an identity': { id: null },
  'that a program holds open': { exclusiveOpenError: 'EBUSY' },
  'that could not be read': { readError: 'EIO at byte 0' },
  'that is a loop device': { type: 'loop' },
  'that is a partition': { type: 'partition' },
  'that is a mapped device': { type: 'device-mapper' },
};

const spoiled = fc
  .subarray(Object.values(SPOILS), { minLength: 1, maxLength: 4 })
  .map((changes): Partial<DiskFacts> => Object.assign({}, ...changes));

describe('a disk', () => {
  it.each(Object.keys(SPOILS))('%s never becomes an OSD, and its row says why', (what) => {
    const facts = aFreshCluster().facts.with(0, factsOf('n1', { disks: [diskOf('n1', SPOILS[what])] }));
    for (const fsid of [
      { value: FSID, exists: false },
      { value: FSID, exists: true },
    ]) {
      const plan = planBootstrap(aFreshCluster({ facts, fsid }));
      expect(plan.osds.map(({ node }) => node)).toEqual(['n2', 'n3']);
      expect(formatted(plan).filter((target) => target.startsWith('n1:'))).toEqual([]);
      const row = plan.disks.find(({ node }) => node === 'n1');
      expect(row?.reasons.length).toBeGreaterThan(0);
      expect(row?.remedy).not.toBe('');
    }
  });

  it('with anything on it never becomes an OSD, not even when the document names it', () => {
    const storage = fc.constantFrom<StorageChoice>(
      { useAllNodes: true, useAllDevices: true },
      { useAllNodes: true, deviceFilter: '.' },
      { useAllNodes: true, devices: [{ name: 'sdb' }] },
    );
    fc.assert(
      fc.property(spoiled, storage, fc.boolean(), fc.boolean(), (changes, choice, exists, answers) => {
        // A removable disk may be named; everything else stays forbidden.
        const isNamedRemovable = 'devices' in choice && Object.keys(changes).join() === 'removable';
        fc.pre(!isNamedRemovable);
        const facts = aFreshCluster().facts.with(0, factsOf('n1', { disks: [diskOf('n1', changes)] }));
        const ceph = answers ? runningCluster({ osds: [] }) : UNREACHABLE;
        const seen = aFreshCluster({ facts, ceph, fsid: { value: FSID, exists }, wishes: wishes({ storage: choice }) });
        expect(planBootstrap(seen).osds.filter(({ node }) => node === 'n1')).toEqual([]);
      }),
    );
  });

  it('that two hosts see belongs to neither', () => {
    const facts = NODES.map((node) => factsOf(node, { disks: [diskOf(node, node === 'n3' ? {} : { id: 'wwn:san' })] }));
    const plan = planBootstrap(aFreshCluster({ facts }));
    expect(plan.osds.map(({ node }) => node)).toEqual(['n3']);
  });

  it('that a host without storage sees too is not formatted: it may be mounted there', () => {
    const hosts = [aPlannedHost('n1', { osdRefusal: 'n1: taint dedicated is not tolerated' }), aPlannedHost('n2')];
    const facts = [
      factsOf('n1', { disks: [diskOf('n1', { id: 'wwn:san', mounts: ['/srv'] })] }),
      factsOf('n2', { disks: [diskOf('n2', { id: 'wwn:san' })] }),
    ];
    const plan = planBootstrap(aFreshCluster({ hosts, facts, wishes: wishes({ monCount: 1 }) }));
    expect(plan.osds).toEqual([]);
    expect(plan.disks.find(({ node }) => node === 'n2')?.reasons).toContain('SHARED_DEVICE');
  });

  it('that has two paths is one disk', () => {
    const disks = [diskOf('n1'), diskOf('n1', { path: '/dev/sdc', kernelName: 'sdc' })];
    const plan = planBootstrap(aFreshCluster({ facts: aFreshCluster().facts.with(0, factsOf('n1', { disks })) }));
    expect(plan.osds.map(({ node }) => node)).toEqual(['n2', 'n3']);
  });
});

describe('where an identity exists and Ceph does not answer', () => {
  it('no disk with a complete OSD of ours is formatted', () => {
    const plan = planBootstrap(aFinishedCluster({ ceph: UNREACHABLE }));
    const does = plan.steps.filter(({ risk }) => risk === 'destroys-data').map((step) => step.does);
    expect(does.filter((text) => text.includes('format'))).toEqual([]);
  });

  it('no mon whose store is complete gets another one, whatever else is missing', () => {
    fc.assert(
      fc.property(fc.subarray(NODES), fc.subarray(NODES), (withStore, withLabel) => {
        const facts = NODES.map((node) =>
          factsOf(node, {
            disks: [withLabel.includes(node) ? ownDisk(node) : diskOf(node)],
            leftovers: withStore.includes(node) ? [monStoreOf(node)] : [],
          }),
        );
        const plan = planBootstrap(aFinishedCluster({ facts, ceph: UNREACHABLE }));
        for (const node of withStore) expect(newStores(plan)).not.toContain(`make-mon-stores/${monStoreOf(node).name}`);
      }),
    );
  });

  it('new stores never get a majority beside complete OSDs of ours: they would be a new, empty cluster', () => {
    const facts = NODES.map((node) =>
      factsOf(node, { disks: [ownDisk(node)], leftovers: node === 'n1' ? [monStoreOf(node)] : [] }),
    );
    const plan = planBootstrap(aFinishedCluster({ facts, ceph: UNREACHABLE }));
    expect(newStores(plan).length < 2 || blocking(plan).length > 0).toBe(true);
  });

  it('a store that is on another host than its mon does not count as there', () => {
    const facts = [
      factsOf('n1', { disks: [ownDisk('n1')] }),
      factsOf('n2', { disks: [ownDisk('n2')], leftovers: [monStoreOf('n1')] }),
    ];
    const seen = aFinishedCluster({
      facts,
      ceph: UNREACHABLE,
      hosts: ['n1', 'n2'].map((node) => aPlannedHost(node)),
      existingMons: [],
      wishes: wishes({ monCount: 1 }),
    });
    const plan = planBootstrap(seen);
    const startsWithoutStore =
      blocking(plan).length === 0 && plan.mons[0]?.node === 'n1' && newStores(plan).length === 0;
    expect(startsWithoutStore).toBe(false);
  });

  it.each([FSID, OTHER_FSID])('every label is foreign where the identity is lost, though %s is proposed', (value) => {
    const plan = planBootstrap(aFinishedCluster({ ceph: UNREACHABLE, fsid: { value, exists: false } }));
    expect(blocking(plan)).toEqual(['DATA_WITHOUT_KEYS', 'NO_ELIGIBLE_DEVICE']);
    expect(plan.osds).toEqual([]);
  });
});

describe('an OSD of ours that is there but down', () => {
  it('is started, not formatted', () => {
    const osds = runningCluster().osds.map((osd) => (osd.host === 'n2' ? { ...osd, up: false } : osd));
    const plan = planBootstrap(aFinishedCluster({ ceph: runningCluster({ osds }) }));
    expect(plan.steps[0]?.id).toBe('create-osds/n2');
    expect(plan.steps[0]?.does).not.toContain('format');
  });
});

describe('an own disk that is half made', () => {
  const half = { ...diskOf('n1'), labels: [ownLabel('n1', { mkfsDone: false, ready: false, cephFsid: null })] };
  const facts = aFreshCluster().facts.with(0, factsOf('n1', { disks: [half] }));
  const seen = aFreshCluster({ facts, fsid: { value: FSID, exists: true } });

  it('is adopted under the uuid that it would get', () => {
    expect(planBootstrap(seen).osds[0]).toMatchObject({ node: 'n1', osdUuid: uuidOf('n1') });
  });

  it('is not told to be left alone', () => {
    expect(planBootstrap(seen).findings.filter(({ because }) => because.includes('left alone'))).toEqual([]);
  });

  it('is not blank, so it is always asked about', () => {
    const step = planBootstrap(seen).steps.find(({ id }) => id === 'create-osds/n1');
    expect(step).toMatchObject({ risk: 'destroys-data', alwaysAsk: true });
  });
});

describe('the hash that an approval names', () => {
  const base = aFreshCluster({
    facts: NODES.map((node) =>
      factsOf(node, { disks: [diskOf(node), diskOf(node, { path: '/dev/sdc', id: `serial:${node}-2` })] }),
    ),
  });
  const hashOf = (seen = base): string => planBootstrap(seen).hash;

  it('survives any order in which hosts and disks are told', () => {
    const order = fc.record({
      hosts: fc.shuffledSubarray(base.hosts, { minLength: 3 }),
      facts: fc.shuffledSubarray(base.facts, { minLength: 3 }),
      reverse: fc.boolean(),
    });
    fc.assert(
      fc.property(order, ({ hosts, facts, reverse }) => {
        const told = facts.map((host) => (reverse ? { ...host, disks: host.disks.toReversed() } : host));
        expect(hashOf({ ...base, hosts, facts: told })).toBe(hashOf());
      }),
    );
  });

  it('survives another generation of the same document and other words', () => {
    const told = { code: 'X', severity: 'info' as const, because: '3 of 7', target: 'n1' };
    const first = hashOf({ ...base, findings: [told] });
    const document = { ...base.document, generation: 9 };
    expect(hashOf({ ...base, document, findings: [{ ...told, because: '4 of 7' }] })).toBe(first);
  });

  it('changes with one disk more, less or exchanged', () => {
    const change = (disks: DiskFacts[]) => hashOf({ ...base, facts: base.facts.with(1, factsOf('n2', { disks })) });
    const [one, two] = [diskOf('n2'), diskOf('n2', { path: '/dev/sdc', id: 'serial:n2-2' })];
    const hashes = [
      hashOf(),
      change([one]),
      change([one, two, diskOf('n2', { path: '/dev/sdd', id: 'serial:n2-3' })]),
      change([one, { ...two, id: 'serial:other' }]),
    ];
    expect(new Set(hashes).size).toBe(4);
  });

  it('changes with a host more or less, another number of mons, or other settings', () => {
    const hashes = [
      hashOf(),
      hashOf({ ...base, facts: base.facts.slice(1) }),
      hashOf({ ...base, wishes: wishes({ monCount: 1 }) }),
      hashOf({ ...base, wishes: wishes({ mgrCount: 1 }) }),
      hashOf({ ...base, wishes: wishes({ settings: [] }) }),
    ];
    expect(new Set(hashes).size).toBe(5);
  });

  it('changes with what blocks', () => {
    const facts = base.facts.with(0, { ...(base.facts[0] as (typeof base.facts)[number]), leftovers: [] });
    const stale = facts.with(
      0,
      factsOf('n1', { ...facts[0], leftovers: [{ ...monStoreOf('n1'), cephFsid: OTHER_FSID }] }),
    );
    expect(hashOf({ ...base, facts: stale })).not.toBe(hashOf({ ...base, facts }));
  });
});
