import type { ReachableCluster } from '../../src/contract/ceph-activities.ts';
import type { DiskFacts } from '../../src/contract/disk.ts';
import type { HostFacts, Leftover } from '../../src/contract/host.ts';
import type { ClusterObjects, ObservedTeardown } from '../../src/domain/teardown-observation.ts';
import { aDisk, aLabel, FSID } from './disk-facts-builder.ts';

export const ourDisk = (changes: Partial<DiskFacts> = {}): DiskFacts =>
  aDisk({ labels: [aLabel()], exclusiveOpenError: 'EBUSY', ...changes });

export const aHost = (node: string, changes: Partial<HostFacts> = {}): HostFacts => ({
  node,
  machineId: `machine-${node}`,
  kernelVersion: '6.12.0',
  cephVersion: '20.2.4',
  disks: [],
  leftovers: [],
  ...changes,
});

export const aMonStore = (mon: string, changes: Partial<Leftover> = {}): Leftover => ({
  kind: 'mon-store',
  path: `/var/lib/rook/mon-${mon}`,
  cephFsid: FSID,
  name: mon,
  complete: true,
  ...changes,
});

export const someObjects = (changes: Partial<ClusterObjects> = {}): ClusterObjects => ({
  fsid: FSID,
  workloads: ['Deployment/rook-ceph-mon-a', 'Deployment/rook-ceph-osd-3'],
  others: ['Secret/rook-ceph-mon', 'Service/rook-ceph-mgr'],
  placedMons: [{ mon: 'a', node: 'n1' }],
  volumes: [],
  rookOperator: 'absent',
  ...changes,
});

export const noObjects = (): ClusterObjects => someObjects({ fsid: null, workloads: [], others: [], placedMons: [] });

export const runningCeph = (changes: Partial<ReachableCluster> = {}): ReachableCluster => ({
  reachable: true,
  fsid: FSID,
  mons: { all: ['a'], quorum: ['a'] },
  mgr: { available: true, active: 'a', standbys: [] },
  osds: [{ id: 3, uuid: 'u', up: true, in: true, host: 'n1', location: [], deviceClass: 'hdd' }],
  health: { status: 'HEALTH_OK', checks: [] },
  version: '20.2.4',
  versions: {},
  pools: [{ name: '.mgr', applications: ['mgr'], objects: 2, bytes: 1024, images: null }],
  fileSystems: [],
  buckets: null,
  clients: [],
  findings: [],
  ...changes,
});

/** A healthy cluster of one host, changed as told. */
export const observed = (changes: Partial<ObservedTeardown> = {}): ObservedTeardown => ({
  cluster: 'rook-ceph',
  dataDir: '/var/lib/rook',
  remembered: { fsid: FSID, nodes: ['n1'] },
  owed: [],
  lastLooks: [],
  objects: someObjects(),
  hosts: [aHost('n1', { disks: [ourDisk()], leftovers: [aMonStore('a')] })],
  ceph: runningCeph(),
  schedule: { state: 'missing' },
  agentsAdded: false,
  findings: [],
  waive: [],
  ...changes,
});
