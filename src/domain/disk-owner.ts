import type { BlueStoreLabel, DiskReason } from '../contract/disk.ts';
import type { Fault } from './disk-faults.ts';

/** An OSD in the cluster's OSD map. */
export interface KnownOsd {
  osdId: number;
  osdUuid: string;
  node: string;
}

/** Whose OSDs count as ours. */
export interface Ownership {
  /** `null` where the cluster has none yet: then every label is foreign. */
  cephFsid: string | null;
  osds: KnownOsd[];
  /** Uuid that the running operation would give an OSD on this disk. */
  expectedUuid: string | null;
  /** True where `osds` is the whole OSD map as Ceph has it now. */
  mapIsKnown: boolean;
}

export interface Owner {
  faults: Fault[];
  osdUuid?: string;
  osdId?: number;
}

/** A completed mkfs never lacks the cluster; until then the uuid alone tells, and it is unique by itself. */
const isOurs = (label: BlueStoreLabel, { cephFsid, osds, expectedUuid }: Ownership): boolean =>
  cephFsid !== null &&
  (label.cephFsid === cephFsid ||
    (label.cephFsid === null &&
      !label.ready &&
      (label.osdUuid === expectedUuid || osds.some(({ osdUuid }) => osdUuid === label.osdUuid))));

function reasonOf(label: BlueStoreLabel, ownership: Ownership): DiskReason {
  if (label.osdUuid === null) return 'DAMAGED_LABEL';
  if (!isOurs(label, ownership)) return 'FOREIGN_OSD';
  const known = ownership.osds.some(({ osdUuid }) => osdUuid === label.osdUuid);
  const made = label.mkfsDone && label.ready;
  if (known && made) return 'OWN_OSD';
  // An id is taken before anything is written, so a complete OSD that the map does not have was taken out of it since.
  if (!known && made && ownership.mapIsKnown) return 'STALE_OSD';
  return known || label.osdUuid === ownership.expectedUuid ? 'UNFINISHED_OSD' : 'STALE_OSD';
}

function describe(label: BlueStoreLabel): string {
  const place = `label at byte ${label.offsetBytes}`;
  if (label.osdUuid === null) return `${place} cannot be understood`;
  const osd = label.osdId === null ? 'OSD' : `osd.${label.osdId}`;
  return `${place}: ${osd} ${label.osdUuid} of cluster ${label.cephFsid ?? '(not written yet)'}`;
}

/** Whose OSD the labels of a disk tell of. Copies that contradict each other give a reason each. */
export function findOwner(labels: BlueStoreLabel[], ownership: Ownership): Owner {
  const byReason = Map.groupBy(labels, (label) => reasonOf(label, ownership));
  // Copies of one OSD are written one after the other; one that is complete shows that mkfs has ended.
  if (byReason.has('OWN_OSD')) byReason.delete('UNFINISHED_OSD');
  const faults = [...byReason].map(([reason, copies]) => ({ reason, evidence: copies.map(describe).join(', ') }));
  const [own] = byReason.get('OWN_OSD') ?? byReason.get('UNFINISHED_OSD') ?? [];
  if (!own || own.osdUuid === null) return { faults };
  const known = ownership.osds.find(({ osdUuid }) => osdUuid === own.osdUuid);
  const osdId = known?.osdId ?? own.osdId;
  return { faults, osdUuid: own.osdUuid, ...(osdId === null ? {} : { osdId }) };
}
