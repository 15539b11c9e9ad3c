import type { ReachableCluster } from '../../src/contract/ceph-activities.ts';
import type { BlueStoreLabel, DiskFacts } from '../../src/contract/disk.ts';
import type { HostFacts, Leftover } from '../../src/contract/host.ts';
import type { BootstrapObservation, BootstrapWishes, PlannedHost } from '../../src/domain/bootstrap-plan.ts';
import { osdUuid } from '../../src/domain/osd-uuid.ts';
import { aDisk, aLabel, FSID } from '../domain/disk-facts-builder.ts';
import { aHost, aMonStore, runningCeph } from '../domain/teardown-observation-builder.ts';

export const NODES = ['n1', 'n2', 'n3'];

export const aPlannedHost = (node: string, changes: Partial<PlannedHost> = {}): PlannedHost => ({
  node,
  hostname: node,
  internalIp: `10.0.0.${node.replace(/\D/g, '') || '9'}`,
  labels: {},
  kernelVersion: '7.0.0',
  monRefusal: null,
  osdRefusal: null,
  ...changes,
});

/** The one disk of a host, blank, with an identity of its own. */
export const diskOf = (node: string, changes: Partial<DiskFacts> = {}): DiskFacts =>
  aDisk({ id: `serial:${node}-1`, aliases: [], ...changes });

export const factsOf = (node: string, changes: Partial<HostFacts> = {}): HostFacts =>
  aHost(node, { kernelVersion: '7.0.0', disks: [diskOf(node)], ...changes });

export const wishes = (changes: Partial<BootstrapWishes> = {}): BootstrapWishes => ({
  image: 'quay.io/ceph/ceph:v20.2.4',
  allowUnsupported: false,
  dataDir: '/var/lib/rook',
  monCount: 3,
  monSharing: 'one-per-node',
  monFailureDomainLabel: 'topology.kubernetes.io/zone',
  mgrCount: 2,
  hostNetwork: false,
  requireMsgr2: false,
  allowedCiphers: [],
  storage: { useAllNodes: true, useAllDevices: true },
  settings: ['global/osd_pool_default_size'],
  dashboard: true,
  crashCollectors: { daysToRetain: 0 },
  ...changes,
});

/** Three hosts with a blank disk each, and nothing made yet. */
export const aFreshCluster = (changes: Partial<BootstrapObservation> = {}): BootstrapObservation => ({
  cluster: 'rook-ceph',
  document: { generation: 1, hash: '0123456789abcdef' },
  wishes: wishes(),
  hosts: NODES.map((node) => aPlannedHost(node)),
  facts: NODES.map((node) => factsOf(node)),
  ceph: { reachable: false, reason: 'there is no identity yet', fsid: null },
  fsid: { value: FSID, exists: false },
  existingMons: [],
  remembered: null,
  daemons: [],
  secrets: [],
  agents: [],
  removed: [],
  existing: {
    settings: false,
    budgets: false,
    dashboard: false,
    toolbox: false,
    crashCollectors: { nodes: [], daysToRetain: 0 },
    watch: { state: 'missing' },
    reported: false,
    mgrDeployments: [],
    mgrNodes: [],
  },
  allowLoopDevices: false,
  findings: [],
  ...changes,
});

export const uuidOf = (node: string): string => osdUuid(FSID, node, `serial:${node}-1`);

/** Label of our own OSD on the disk of that host: complete, changed as told. */
export const ownLabel = (node: string, changes: Partial<BlueStoreLabel> = {}): BlueStoreLabel =>
  aLabel({ osdUuid: uuidOf(node), osdId: NODES.indexOf(node), ...changes });

export const ownDisk = (node: string, changes: Partial<BlueStoreLabel> = {}): DiskFacts =>
  diskOf(node, { labels: [ownLabel(node, changes)], exclusiveOpenError: 'EBUSY' });

const MON_OF: Record<string, string> = { n1: 'a', n2: 'b', n3: 'c' };
export const monStoreOf = (node: string, changes: Partial<Leftover> = {}): Leftover =>
  aMonStore(MON_OF[node] ?? 'z', changes);

export const runningCluster = (changes: Partial<ReachableCluster> = {}): ReachableCluster =>
  runningCeph({
    mons: { all: ['a', 'b', 'c'], quorum: ['a', 'b', 'c'] },
    mgr: { available: true, active: 'a', standbys: ['b'] },
    osds: NODES.map((node, id) => ({
      id,
      uuid: uuidOf(node),
      up: true,
      in: true,
      host: node,
      location: ['root=default', `host=${node}`],
      deviceClass: 'hdd',
    })),
    ...changes,
  });

/** The same hosts after a bootstrap that did everything. */
export const aFinishedCluster = (changes: Partial<BootstrapObservation> = {}): BootstrapObservation =>
  aFreshCluster({
    facts: NODES.map((node) => factsOf(node, { disks: [ownDisk(node)], leftovers: [monStoreOf(node)] })),
    ceph: runningCluster(),
    fsid: { value: FSID, exists: true },
    existingMons: NODES.map((node) => ({ id: MON_OF[node] ?? 'z', node })),
    existing: {
      settings: true,
      budgets: true,
      dashboard: true,
      toolbox: true,
      crashCollectors: { nodes: NODES, daysToRetain: 0 },
      watch: { state: 'running' },
      reported: true,
      mgrDeployments: ['a', 'b'],
      mgrNodes: ['n1', 'n2'],
    },
    ...changes,
  });
