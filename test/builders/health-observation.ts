import type { ReachableHealth } from '../../src/contract/check-health-activities.ts';
import { FINALIZER } from '../../src/contract/names.ts';
import type { GuardedObject, ObservedHealth } from '../../src/domain/health-observation.ts';
import { FSID } from '../domain/disk-facts-builder.ts';

export const NOW = '2026-11-22T12:00:00.000Z';

export const healthyCeph = (changes: Partial<ReachableHealth> = {}): ReachableHealth => ({
  reachable: true,
  fsid: FSID,
  mons: { all: ['a', 'b', 'c'], quorum: ['a', 'b', 'c'] },
  mgr: { active: 'a', standbys: 1 },
  osds: { up: 3, in: 3, all: 3, down: [] },
  version: '20.2.4',
  versions: { mon: { '20.2.4': 3 } },
  health: { status: 'HEALTH_OK', checks: [] },
  capacity: { usedBytes: 20, totalBytes: 100 },
  ratios: { nearfull: 0.85, backfillfull: 0.9, full: 0.95 },
  flags: [],
  ...changes,
});

export const guarded = (
  kind: GuardedObject['kind'],
  name: string,
  changes: Partial<GuardedObject> = {},
): GuardedObject => ({
  kind,
  name,
  finalizers: [FINALIZER],
  deleted: false,
  ...changes,
});

export const IDENTITY_PARTS = [
  guarded('Secret', 'rook-ceph-mon'),
  guarded('Secret', 'rook-ceph-mons-keyring'),
  guarded('Secret', 'rook-ceph-admin-keyring'),
  guarded('ConfigMap', 'rook-ceph-mon-endpoints'),
];

/** A cluster on three hosts of which there is nothing to say. */
export const aHealthyCluster = (changes: Partial<ObservedHealth> = {}): ObservedHealth => ({
  cluster: 'rook-ceph',
  now: NOW,
  ceph: healthyCeph(),
  remembered: { fsid: FSID, nodes: ['n1', 'n2', 'n3'], appliedDocument: 'h1' },
  document: { hash: 'h1', findings: [] },
  guarded: [guarded('CephCluster', 'rook-ceph'), ...IDENTITY_PARTS],
  nodes: ['n1', 'n2', 'n3', 'n4'].map((name) => ({ name, ready: name !== 'n4' })),
  agents: ['n1', 'n2', 'n3'],
  running: [],
  atHands: [],
  waiting: [],
  owed: [],
  schedule: { state: 'running' },
  rows: [],
  ...changes,
});
