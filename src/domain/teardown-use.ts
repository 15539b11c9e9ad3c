import type { ClusterState, PoolState, ReachableCluster } from '../contract/ceph-activities.ts';
import type { Finding } from '../contract/finding.ts';
import { formatBytes } from '../console/size.ts';
import type { ClusterVolume } from './teardown-observation.ts';

/** More volumes than a person reads one by one are counted. */
const MOST_NAMED_VOLUMES = 100;

/** Who still uses the cluster: volumes by the API server, clients by Ceph. Each is CLUSTER_IN_USE, blocking and waivable. */
export function findUsers(ceph: ClusterState | null, volumes: ClusterVolume[]): Finding[] {
  const sorted = volumes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const rest = sorted.length - MOST_NAMED_VOLUMES;
  return [
    ...sorted.slice(0, MOST_NAMED_VOLUMES).map((volume) => inUse(describeVolume(volume), `pv/${volume.name}`)),
    ...(rest > 0 ? [inUse(`${rest} more PersistentVolumes lie on this cluster`, 'pv')] : []),
    ...(ceph?.reachable ? [...ceph.clients.map(asUser), ...unknownUse(ceph)] : []),
  ];
}

const inUse = (because: string, target: string): Finding => ({
  code: 'CLUSTER_IN_USE',
  severity: 'blocking',
  because,
  remedy: 'Remove it first, or start again with CLUSTER_IN_USE in "waive": its data is then lost.',
  target,
});

export const describeVolume = ({ name, phase, claim, sizeText }: ClusterVolume): string =>
  `PersistentVolume ${name} (${sizeText}, ${phase}${claim === null ? '' : `, claimed by ${claim}`}) lies on this cluster`;

const asUser = (client: Finding): Finding => inUse(client.because, client.target ?? 'client');

/** Not to know the users is no proof that there are none. Without a running OSD there can be none. */
export function unknownUse({ pools, osds, findings }: ReachableCluster): Finding[] {
  const running = osds.filter(({ up }) => up).length;
  const isKnown = pools !== null && !findings.some(({ code }) => code === 'NOT_READ');
  if (isKnown || running === 0) return [];
  return [
    {
      code: 'USE_UNKNOWN',
      severity: 'blocking',
      because: `${running} OSDs serve, but Ceph does not tell all of its pools and users`,
      remedy: 'Bring a mgr back and send retry, or start again with USE_UNKNOWN in "waive".',
    },
  ];
}

/** What will be lost, one sentence each. */
export function lossesOf(ceph: ClusterState | null, volumes: ClusterVolume[]): string[] {
  const lostVolumes = volumes.length === 0 ? [] : [`data of ${volumes.length} PersistentVolumes`];
  if (!ceph?.reachable)
    return ['all data of the cluster; Ceph does not answer, so it cannot be listed', ...lostVolumes];
  const { pools, fileSystems, buckets } = ceph;
  return [
    ...(pools === null ? ['all pools; Ceph does not tell which there are'] : pools.map(describePool)),
    ...fileSystems.map((name) => `file system "${name}"`),
    ...(buckets === null || buckets === 0 ? [] : [`${buckets} S3 buckets`]),
    ...lostVolumes,
  ];
}

function describePool({ name, objects, bytes, images }: PoolState): string {
  const inIt = images === null || images === 0 ? '' : `, ${images} images`;
  return `pool "${name}": ${objects} objects, ${formatBytes(bytes)}${inIt}`;
}
