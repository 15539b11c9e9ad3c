import { describe, expect, it } from 'vitest';
import type { BootstrapPlan } from '../../src/contract/bootstrap.ts';
import { planBootstrap, type BootstrapObservation } from '../../src/domain/bootstrap-plan.ts';
import {
  aFinishedCluster,
  aFreshCluster,
  aPlannedHost,
  diskOf,
  factsOf,
  monStoreOf,
  NODES,
  ownDisk,
  runningCluster,
  uuidOf,
  wishes,
} from '../builders/bootstrap-observation.ts';
import { aLabel, FSID, OTHER_FSID } from './disk-facts-builder.ts';
import { aMonStore } from './teardown-observation-builder.ts';

const planOf = (seen: BootstrapObservation): BootstrapPlan => planBootstrap(seen);
const idsOf = ({ steps }: BootstrapPlan): string[] => steps.map(({ id }) => id);
const codesOf = ({ findings }: BootstrapPlan): string[] => findings.map(({ code }) => code);
const blocking = ({ findings }: BootstrapPlan): string[] =>
  findings.filter(({ severity }) => severity === 'blocking').map(({ code }) => code);

describe('the plan of a fresh cluster', () => {
  it('makes everything, one mon a host and an OSD on each blank disk', () => {
    const plan = planOf(aFreshCluster());
    expect(plan.mons.map(({ id, node }) => `${id}@${node}`)).toEqual(['a@n1', 'b@n2', 'c@n3']);
    expect(plan.mgrs).toEqual(['a', 'b']);
    expect(plan.osds.map(({ node, osdUuid }) => [node, osdUuid])).toEqual(NODES.map((node) => [node, uuidOf(node)]));
    expect(idsOf(plan).at(0)).toBe('make-identity');
    expect(idsOf(plan).filter((id) => id.startsWith('create-osds/'))).toHaveLength(3);
    expect(plan.findings).toEqual([]);
    expect(plan).toMatchObject({ fsid: null, proposedFsid: FSID, cephVersion: '20.2.4', nodes: NODES });
    expect(plan.summary).toBe('rook-ceph will have 3 mons and 3 OSDs, in 18 steps.');
  });

  it('names settings and carries no value of them', () => {
    expect(planOf(aFreshCluster()).settings).toEqual(['global/osd_pool_default_size']);
  });

  it('spreads mons over the zones of the label that the document names', () => {
    const zones = { n1: 'east', n2: 'east', n3: 'west', n4: 'north' };
    const hosts = Object.entries(zones).map(([node, rack]) => aPlannedHost(node, { labels: { rack } }));
    const plan = planOf(
      aFreshCluster({
        hosts,
        facts: hosts.map(({ node }) => factsOf(node)),
        wishes: wishes({ monFailureDomainLabel: 'rack' }),
      }),
    );
    expect(plan.mons.map(({ node }) => node)).toEqual(['n1', 'n3', 'n4']);
  });

  it('puts no mon on a host whose agent did not answer, or that may not take one', () => {
    const seen = aFreshCluster({
      hosts: [
        aPlannedHost('n1', { monRefusal: 'n1: taint gpu' }),
        ...['n2', 'n3', 'n4'].map((node) => aPlannedHost(node)),
      ],
      facts: ['n1', 'n2', 'n3'].map((node) => factsOf(node)),
    });
    const plan = planOf(seen);
    expect(plan.mons.map(({ node }) => node)).toEqual(['n2', 'n3']);
    expect(plan.findings).toMatchObject([{ code: 'TOO_FEW_NODES', because: expect.stringContaining('n1: taint gpu') }]);
  });

  it('waits for a person where images differ, or no agent tells a version', () => {
    const facts = NODES.map((node, index) => factsOf(node, { cephVersion: index === 0 ? '18.2.8' : '20.2.4' }));
    const mixed = planOf(aFreshCluster({ facts }));
    expect(mixed.cephVersion).toBe('18.2.8');
    expect(blocking(mixed)).toEqual(['MIXED_AGENT_IMAGES']);
    expect(blocking(planOf(aFreshCluster({ facts: [] })))).toContain('UNSUPPORTED_VERSION');
  });

  it('says which kernels keep the old cipher allowed', () => {
    const facts = NODES.map((node) => factsOf(node, { kernelVersion: '6.12.0' }));
    const plan = planOf(aFreshCluster({ facts }));
    expect(plan.ciphers).toEqual({ allowed: ['aes', 'aes256k'], preferred: 'aes' });
    expect(codesOf(plan)).toEqual(['AES_ALLOWED']);
  });
});

describe('the plan of a cluster that exists', () => {
  it('has no step where all is as the document asks', () => {
    const plan = planOf(aFinishedCluster());
    expect(plan.steps).toEqual([]);
    expect(plan.summary).toBe('rook-ceph is what the document asks for: 3 mons, 3 OSDs. There is nothing to do.');
    expect(plan.fsid).toBe(FSID);
  });

  it('keeps mons where they are and adds what is missing', () => {
    const existingMons = [{ id: 'c', node: 'n1' }];
    const plan = planOf(aFinishedCluster({ existingMons }));
    expect(plan.mons[0]).toEqual({ id: 'c', node: 'n1' });
    expect(plan.mons.map(({ node }) => node).toSorted()).toEqual(NODES);
  });

  it('makes an OSD on a disk that was added, and touches no other', () => {
    const facts = aFinishedCluster().facts.map((host) =>
      host.node === 'n2'
        ? { ...host, disks: [...host.disks, diskOf('n2', { id: 'serial:new', path: '/dev/sdc', kernelName: 'sdc' })] }
        : host,
    );
    const plan = planOf(aFinishedCluster({ facts }));
    expect(idsOf(plan)).toEqual(['create-osds/n2', 'verify', 'report-status']);
    expect(plan.steps[0]?.targets).toEqual([expect.stringMatching(/^n2:serial:new:/)]);
    expect(plan.osds).toHaveLength(4);
  });

  it('goes on with an OSD whose making was interrupted, under the same uuid', () => {
    const facts = NODES.map((node) =>
      factsOf(node, {
        disks: [
          node === 'n2'
            ? { ...ownDisk(node, { mkfsDone: false, ready: false }), exclusiveOpenError: null }
            : ownDisk(node),
        ],
        leftovers: [monStoreOf(node)],
      }),
    );
    const osds = runningCluster().osds.filter(({ host }) => host !== 'n2');
    const plan = planOf(aFinishedCluster({ facts, ceph: runningCluster({ osds }) }));
    expect(idsOf(plan)).toEqual(['create-osds/n2', 'verify', 'report-status']);
    expect(plan.steps[0]?.targets).toEqual([`n2:serial:n2-1:${uuidOf('n2')}`]);
  });

  it('leaves an OSD alone that runs and that somebody set out', () => {
    const osds = runningCluster().osds.map((osd) => (osd.host === 'n2' ? { ...osd, in: false } : osd));
    expect(planOf(aFinishedCluster({ ceph: runningCluster({ osds }) })).steps).toEqual([]);
  });

  it('sees to an OSD that is not up, and to no other', () => {
    const osds = runningCluster().osds.map((osd) => (osd.host === 'n2' ? { ...osd, up: false } : osd));
    const plan = planOf(aFinishedCluster({ ceph: runningCluster({ osds }) }));
    expect(plan.steps[0]?.targets.join()).toContain(uuidOf('n2'));
    expect(plan.steps.flatMap(({ targets }) => targets).join()).not.toMatch(`${uuidOf('n1')}|${uuidOf('n3')}`);
  });

  it('makes a mon store again that was never completed', () => {
    const facts = NODES.map((node) => factsOf(node, { leftovers: [monStoreOf(node, { complete: node !== 'n2' })] }));
    const ceph = { reachable: false, reason: 'no mon answers', fsid: FSID } as const;
    const plan = planOf(aFinishedCluster({ facts, ceph }));
    expect(idsOf(plan).filter((id) => id.startsWith('make-mon-stores/'))).toEqual(['make-mon-stores/b']);
  });

  it('leaves the disk of an OSD alone that Ceph no longer knows', () => {
    const facts = aFinishedCluster().facts.map((host) =>
      host.node === 'n2' ? { ...host, disks: [diskOf('n2', { labels: [aLabel({ osdUuid: uuidOf('n9') })] })] } : host,
    );
    const plan = planOf(aFinishedCluster({ facts }));
    expect(plan.disks.find(({ node }) => node === 'n2')).toMatchObject({ verdict: 'rejected', reasons: ['STALE_OSD'] });
    expect(plan.osds.map(({ node }) => node)).toEqual(['n1', 'n3']);
  });

  it('starts the mons and mgrs again where Ceph does not answer, and makes no store over one that is there', () => {
    const ceph = { reachable: false, reason: 'no mon answers', fsid: FSID } as const;
    const plan = planOf(aFinishedCluster({ ceph }));
    expect(idsOf(plan).filter((id) => id.startsWith('make-'))).toEqual([]);
    expect(idsOf(plan)).toContain('start-mons');
    expect(plan.osds.map(({ osdUuid }) => osdUuid)).toEqual(NODES.map((node) => uuidOf(node)));
  });
});

describe('what the document asks of the disks', () => {
  it('blocks with the table where none of them can become an OSD', () => {
    const facts = NODES.map((node) =>
      factsOf(node, { disks: [diskOf(node, { mounts: ['/srv'] }), diskOf(node, { path: '/dev/sdc', id: null })] }),
    );
    const plan = planOf(aFreshCluster({ facts }));
    expect(blocking(plan)).toEqual(['NO_ELIGIBLE_DEVICE']);
    expect(plan.findings[0]?.because).toContain('none of 6 disks can become an OSD');
    expect(plan.findings[0]?.because).toContain('n1:/dev/sdb MOUNTED (unmount it)');
    expect(plan.findings[0]?.because).toContain('n3:/dev/sdc NO_STABLE_ID');
    expect(plan.osds).toEqual([]);
  });

  it('blocks also where there is no disk at all', () => {
    expect(blocking(planOf(aFreshCluster({ facts: NODES.map((node) => factsOf(node, { disks: [] })) })))).toEqual([
      'NO_ELIGIBLE_DEVICE',
    ]);
  });

  it('blocks nothing where it asks for no storage', () => {
    const plan = planOf(aFreshCluster({ wishes: wishes({ storage: { useAllNodes: false } }) }));
    expect(blocking(plan)).toEqual([]);
    expect(plan.osds).toEqual([]);
  });

  it('is obeyed to the disk: named ones alone, with their own class, weight and root', () => {
    const storage = {
      nodes: [
        {
          name: 'n1',
          devices: [{ name: 'sdc', config: { deviceClass: 'ssd', initialWeight: '0.5', crushRoot: 'fast' } }],
        },
        { name: 'n2', deviceFilter: '^sdb$' },
      ],
    };
    const facts = NODES.map((node) =>
      factsOf(node, {
        disks: [diskOf(node), diskOf(node, { path: '/dev/sdc', kernelName: 'sdc', id: `serial:${node}-2` })],
      }),
    );
    const plan = planOf(aFreshCluster({ facts, wishes: wishes({ storage }) }));
    expect(plan.osds.map(({ node, path }) => `${node}:${path}`)).toEqual(['n1:/dev/sdc', 'n2:/dev/sdb']);
    expect(plan.osds[0]).toMatchObject({ deviceClass: 'ssd', initialWeight: 0.5, crushRoot: 'fast' });
    expect(plan.osds[1]).toMatchObject({ crushRoot: 'default' });
    expect(plan.disks.filter(({ verdict }) => verdict === 'not-selected')).toHaveLength(4);
  });

  it('finds hosts by their hostname label, and places OSDs by their topology', () => {
    const hosts = NODES.map((node) =>
      aPlannedHost(node, { hostname: `${node}.example`, labels: { 'topology.kubernetes.io/zone': `z-${node}` } }),
    );
    const storage = { useAllDevices: true, nodes: [{ name: 'n2.example' }] };
    const plan = planOf(aFreshCluster({ hosts, wishes: wishes({ storage }) }));
    expect(plan.osds.map(({ node, crushLocation }) => [node, crushLocation])).toEqual([
      ['n2', ['zone=z-n2', 'host=n2-example']],
    ]);
  });

  it('is not done on a host that may take no OSD', () => {
    const hosts = [aPlannedHost('n1', { osdRefusal: 'n1: taint gpu' }), aPlannedHost('n2'), aPlannedHost('n3')];
    expect(planOf(aFreshCluster({ hosts })).osds.map(({ node }) => node)).toEqual(['n2', 'n3']);
  });

  it('makes OSDs on loop devices only where the workers allow them', () => {
    const facts = NODES.map((node) => factsOf(node, { disks: [diskOf(node, { type: 'loop', id: `loop:/${node}` })] }));
    expect(planOf(aFreshCluster({ facts })).osds).toEqual([]);
    expect(planOf(aFreshCluster({ facts, allowLoopDevices: true })).osds).toHaveLength(3);
  });
});

describe('what an earlier cluster left', () => {
  it('blocks where it is a mon store, named with host, path and cluster, and the disks are no excuse', () => {
    const facts = aFreshCluster().facts.with(
      1,
      factsOf('n2', { leftovers: [aMonStore('a', { cephFsid: OTHER_FSID })] }),
    );
    const plan = planOf(aFreshCluster({ facts }));
    expect(blocking(plan)).toEqual(['STALE_STATE']);
    expect(plan.findings[0]?.because).toBe(`n2 has /var/lib/rook/mon-a, the mon store of cluster ${OTHER_FSID}.`);
  });

  it('is told and left alone where it is the label of a disk, and the other disks are used', () => {
    const facts = aFreshCluster().facts.with(
      0,
      factsOf('n1', { disks: [diskOf('n1', { labels: [aLabel({ cephFsid: OTHER_FSID })] })] }),
    );
    const plan = planOf(aFreshCluster({ facts }));
    expect(blocking(plan)).toEqual([]);
    expect(codesOf(plan)).toEqual(['FOREIGN_LABEL']);
    expect(plan.osds.map(({ node }) => node)).toEqual(['n2', 'n3']);
  });
});
