import type { LaidOsd } from '../../src/contract/cluster-layout.ts';
import type { ObservedRemoval } from '../../src/domain/remove-disk-plan.ts';
import { FSID } from '../domain/disk-facts-builder.ts';
import { factsOf, NODES, ownDisk, runningCluster, uuidOf } from './bootstrap-observation.ts';

export const laid = (id: number, host: string, changes: Partial<LaidOsd> = {}): LaidOsd => ({
  id,
  uuid: uuidOf(host),
  up: true,
  in: true,
  crushWeight: 1,
  location: ['root=default', `host=${host}`],
  deviceClass: 'hdd',
  totalBytes: 100 * 2 ** 30,
  usedBytes: 2 ** 30,
  pgs: 1,
  ...changes,
});

const CLEAN = {
  pgs: 1,
  byState: { 'active+clean': 1 },
  remapped: 0,
  objects: 0,
  degraded: 0,
  misplaced: 0,
  unfound: 0,
  objectsPerSecond: 0,
  bytesPerSecond: 0,
};

/** osd.0 is to go: three hosts with an OSD each, no pool; it is on n1. */
export const anOsdThatGoes = (changes: Partial<ObservedRemoval> = {}): ObservedRemoval => ({
  cluster: 'rook-ceph',
  fsid: FSID,
  dataDir: '/var/lib/rook',
  hosts: NODES.map((node) => factsOf(node, { disks: [ownDisk(node)] })),
  ceph: runningCluster(),
  layout: { osds: NODES.map((node, id) => laid(id, node)), pools: [], pgs: CLEAN, nearfullRatio: 0.85 },
  deployments: NODES.map((node, id) => ({ id, uuid: uuidOf(node), node })),
  removed: [],
  osd: 0,
  wipe: true,
  ...changes,
});
