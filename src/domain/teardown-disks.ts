import type { BlueStoreLabel, DiskFacts } from '../contract/disk.ts';
import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';
import type { OwnedDisk } from '../contract/teardown.ts';
import { osdUuid } from './osd-uuid.ts';

export interface JudgedDisks {
  /** To be wiped, in order of host and path. */
  owned: OwnedDisk[];
  findings: Finding[];
}

/**
 * Which disks carry the cluster's data. A disk is ours when any copy of a label says so: a half-wiped one may have a single copy left,
 * 1 GiB inside. It is nevertheless left alone, with a blocking finding, where something else shows that it has another owner or use,
 * because otherwise data that never belonged to this cluster would be lost.
 */
export function judgeDisks(hosts: HostFacts[], fsid: string | null): JudgedDisks {
  const judged = hosts.flatMap((host) => host.disks.map((disk) => judgeDisk(host, disk, fsid)));
  return { owned: judged.flatMap(({ owned }) => owned), findings: judged.flatMap(({ findings }) => findings) };
}

function judgeDisk(host: HostFacts, disk: DiskFacts, fsid: string | null): JudgedDisks {
  const ours = fsid === null ? [] : disk.labels.filter((label) => isOurs(label, { fsid, node: host.node, disk }));
  if (ours.length === 0) return { owned: [], findings: notOurs(host.node, disk) };
  const obstacle = obstacleOf(disk, ours, host);
  if (obstacle !== null || disk.id === null)
    return { owned: [], findings: [blocked(host.node, disk, obstacle ?? 'it has no stable identity')] };
  return { owned: [ownedDisk(host.node, disk, disk.id, ours)], findings: [] };
}

/** Identities of the disks that carry the cluster, whatever else stands in the way of wiping them; without one, the path. */
export const labelledDisks = ({ node, disks }: HostFacts, fsid: string): string[] =>
  disks
    .filter((disk) => disk.labels.some((label) => isOurs(label, { fsid, node, disk })))
    .map(({ id, path }) => id ?? path);

interface Place {
  fsid: string;
  node: string;
  disk: DiskFacts;
}

/** An unfinished mkfs may have written only the uuid yet; ours is made from fsid, host and disk, so it names the cluster as well. */
const isOurs = (label: BlueStoreLabel, { fsid, node, disk }: Place): boolean =>
  label.cephFsid === fsid ||
  (label.cephFsid === null && !label.ready && disk.id !== null && label.osdUuid === osdUuid(fsid, node, disk.id));

/** Why a disk with our label may not be wiped; `null` where it may. An OSD's exclusive hold is none: it ends with the OSD. */
function obstacleOf(disk: DiskFacts, ours: BlueStoreLabel[], host: HostFacts): string | null {
  const foreign = disk.labels.filter((label) => !ours.includes(label));
  if (disk.holdsSystem) return 'it holds the host itself';
  if (disk.mounts.length > 0) return `it is mounted at ${disk.mounts.join(', ')}`;
  if (disk.holders.length > 0) return `${disk.holders.join(', ')} is built on it`;
  if (disk.partitions.length > 0) return `it has the partitions ${disk.partitions.join(', ')}`;
  if (disk.signatures.length > 0) return `it also carries ${disk.signatures.map(({ type }) => type).join(', ')}`;
  if (foreign.length > 0) return `it also carries the label of cluster ${fsidsOf(foreign)}`;
  const uuids = new Set(ours.map((label) => label.osdUuid));
  if (uuids.size > 1) return `it carries the labels of ${uuids.size} different OSDs of this cluster`;
  if (disk.readOnly) return 'it is read-only';
  const twins = host.disks.filter((other) => other.id === disk.id);
  if (twins.length > 1) return `its identity ${disk.id} appears ${twins.length} times on this host`;
  return null;
}

const blocked = (node: string, disk: DiskFacts, obstacle: string): Finding => ({
  code: 'OWN_DISK_NOT_WIPED',
  severity: 'blocking',
  because: `${node}:${disk.path} carries a label of this cluster, but ${obstacle}, so it is not wiped`,
  remedy: 'Clear that by hand and send retry, or waive OWN_DISK_NOT_WIPED to leave this disk as it is.',
  target: `${node}:${disk.id ?? disk.path}`,
});

function notOurs(node: string, disk: DiskFacts): Finding[] {
  const target = `${node}:${disk.id ?? disk.path}`;
  if (disk.labels.length > 0)
    return [
      {
        code: 'FOREIGN_DISK',
        severity: 'info',
        because: `${node}:${disk.path} carries the label of cluster ${fsidsOf(disk.labels)}; it is left alone`,
        target,
      },
    ];
  if (disk.readError === null || disk.sizeBytes === 0) return [];
  return [
    {
      code: 'DISK_UNREADABLE',
      severity: 'warning',
      because: `${node}:${disk.path} cannot be read (${disk.readError}), so whatever it holds of this cluster stays on it`,
      remedy:
        'Destroy or wipe that disk by hand if it was an OSD of this cluster, then start again with DISK_UNREADABLE in "waive".',
      target,
    },
  ];
}

const fsidsOf = (labels: BlueStoreLabel[]): string =>
  [...new Set(labels.map(({ cephFsid }) => cephFsid ?? '(not readable)'))].toSorted().join(' and ');

function ownedDisk(node: string, disk: DiskFacts, id: string, ours: BlueStoreLabel[]): OwnedDisk {
  const uuids = ours.flatMap((label) => (label.osdUuid === null ? [] : [label.osdUuid]));
  const osdId = ours.find((label) => label.osdId !== null)?.osdId ?? null;
  return { node, path: disk.path, id, sizeBytes: disk.sizeBytes, osdUuids: [...new Set(uuids)].toSorted(), osdId };
}
