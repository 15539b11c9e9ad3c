import type { OsdState } from '../contract/ceph-activities.ts';
import type { BlueStoreLabel, DiskFacts } from '../contract/disk.ts';
import type { HostFacts } from '../contract/host.ts';
import type { RemovedDisk } from '../contract/osd-activities.ts';
import { osdUuid } from './osd-uuid.ts';

/** What tells which disk an OSD had or is to get that does not serve: Ceph forgets the uuid of a destroyed one, and only labels still say. */
interface Seen {
  /** Of the cluster; `null` where there is none. */
  fsid: string | null;
  hosts: HostFacts[];
  /** OSDs of the map. */
  osds: OsdState[];
  /** What was written down of disks: one that was removed for good was never the disk of the destroyed OSD that has its id now. */
  removed: RemovedDisk[];
}

/** Uuids that disks carry for an OSD id of this cluster and that no OSD of the map has, each once. Pure. */
export function formerUuids({ hosts, ...seen }: Seen, id: number): string[] {
  const labels = hosts.flatMap(({ disks }) => disks.flatMap((disk) => disk.labels));
  const uuids = labels.filter((label) => isFormer(label, seen) && label.osdId === id);
  return [...new Set(uuids.flatMap(({ osdUuid }) => osdUuid ?? []))].toSorted();
}

/** Id of the destroyed OSD that this disk was; `undefined` where it was none. Pure. */
export function formerIdOf(disk: DiskFacts, seen: Omit<Seen, 'hosts'>): number | undefined {
  const destroyed = new Set(seen.osds.filter((osd) => osd.destroyed === true).map(({ id }) => id));
  const label = disk.labels.find((one) => isFormer(one, seen) && destroyed.has(one.osdId ?? Number.NaN));
  return label?.osdId ?? undefined;
}

const isFormer = ({ cephFsid, osdUuid }: BlueStoreLabel, { fsid, osds, removed }: Omit<Seen, 'hosts'>): boolean =>
  fsid !== null &&
  cephFsid === fsid &&
  osdUuid !== null &&
  !osds.some(({ uuid }) => uuid === osdUuid) &&
  !removed.some((one) => one.osdUuid === osdUuid && one.replaced !== true);

/** The disk on which an OSD was begun that never served, blank or not: its uuid is made from cluster, host and disk. Pure. */
export function begunDisk(
  { fsid, hosts }: Pick<Seen, 'fsid' | 'hosts'>,
  { uuid, up, neverServed }: Pick<OsdState, 'uuid' | 'up' | 'neverServed'>,
): { node: string; disk: DiskFacts } | undefined {
  if (fsid === null || neverServed !== true || up) return undefined;
  const all = hosts.flatMap(({ node, disks }) => disks.map((disk) => ({ node, disk })));
  return all.find(({ node, disk }) => disk.id !== null && osdUuid(fsid, node, disk.id) === uuid);
}
