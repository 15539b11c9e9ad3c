import type { Finding } from '../contract/finding.ts';
import type { PlannedMon } from '../contract/bootstrap.ts';
import type { HostFacts } from '../contract/host.ts';
import { IDENTITY_SECRET } from './teardown-observation.ts';

/** What of a cluster's data was seen on the hosts that answered. */
export interface Remains {
  /** Disks with a complete OSD, as `node:identity`. */
  disks: string[];
  /** Mon stores that say so themselves, as `mon.a@n1`. */
  monStores: string[];
}

/** Data of the cluster with this fsid. A label that was never completed holds none. */
export const remainsOf = (hosts: HostFacts[], fsid: string): Remains => ({
  disks: hosts
    .flatMap(({ node, disks }) =>
      disks
        .filter(({ labels }) => labels.some((label) => label.ready && label.cephFsid === fsid))
        .map(({ id, path }) => `${node}:${id ?? path}`),
    )
    .toSorted(),
  monStores: hosts
    .flatMap(({ node, leftovers }) =>
      leftovers
        .filter(({ kind, cephFsid }) => kind === 'mon-store' && cephFsid === fsid)
        .map(({ name }) => `mon.${name}@${node}`),
    )
    .toSorted(),
});

/** Names of the Secrets among objects that are named `Kind/name`, the identity first. */
export const keysOf = (objects: string[]): string[] => {
  const names = objects.filter((name) => name.startsWith('Secret/')).map((name) => name.slice('Secret/'.length));
  const identity = IDENTITY_SECRET.slice('Secret/'.length);
  return [...names.filter((name) => name === identity), ...names.filter((name) => name !== identity).toSorted()];
};

export interface DataWithoutKeys extends Remains {
  cluster: string;
  fsid: string;
  dataDir: string;
  /** How many Deployments of its daemons there are. */
  daemons: number;
  /** Secrets of the cluster that are still there. */
  secrets: string[];
}

const MOST_NAMED = 12;

const shortList = (names: string[]): string =>
  names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '');

/**
 * The identity Secret is gone while there is data that only its keys open. Making new keys would make the data unreadable for ever, so
 * nobody may go on over it; what a restore needs is said instead.
 */
export function dataWithoutKeys(lost: DataWithoutKeys): Finding {
  const { cluster, fsid, dataDir, disks, monStores, daemons, secrets } = lost;
  const there = [
    ...(disks.length > 0 ? [`${disks.length} disks (${shortList(disks)})`] : []),
    ...(monStores.length > 0 ? [`mon stores (${shortList(monStores)})`] : []),
    ...(daemons > 0 ? [`${daemons} Deployments`] : []),
  ];
  return {
    code: 'DATA_WITHOUT_KEYS',
    severity: 'blocking',
    because: `Secret rook-ceph-mon in namespace ${cluster} is gone, but cluster ${fsid} is still there: ${there.join(', ')}. New keys would make its data unreadable.`,
    remedy: `Restore Secret rook-ceph-mon (type kubernetes.io/rook; keys fsid, mon-secret, admin-secret, ceph-secret, ceph-username) from your backup, then send retry. ${withoutBackup(dataDir, secrets)} Where the data is not wanted: teardown with "data":"destroy".`,
    target: fsid,
    evidence: { fsid, disks: disks.slice(0, 100), monStores: monStores.slice(0, 100), secrets },
  };
}

function withoutBackup(dataDir: string, secrets: string[]): string {
  const left = ['rook-ceph-mons-keyring', 'rook-ceph-admin-keyring'].filter((name) => secrets.includes(name));
  if (left.length > 0) return `Without one: ${left.join(' and ')} still hold the keys.`;
  return `Without one: the mon key is in ${dataDir}/mon-<id>/data/keyring on a mon's host, and running mons give the admin key out for it (docs/operations/teardown.md).`;
}

export interface IdentityTraces {
  cluster: string;
  dataDir: string;
  facts: HostFacts[];
  /** Fsid that is remembered of the cluster outside its namespace. */
  rememberedFsid: string | null;
  /** Mons as they were placed on hosts. */
  placedMons: PlannedMon[];
  /** How many of its daemons serve, or did. */
  daemons: number;
  /** Names of its Secrets that are there. */
  secrets: string[];
}

/** A namespace that had a cluster and has its identity Secret no more. Empty where there never was one. */
export function lostIdentity(traces: IdentityTraces): { fsid: string | null; findings: Finding[] } {
  const { cluster, dataDir, facts, placedMons, daemons, secrets } = traces;
  const fsid = traces.rememberedFsid ?? fsidOfPlaced(facts, placedMons);
  const hasKeyring = ['rook-ceph-mons-keyring', 'rook-ceph-admin-keyring'].some((name) => secrets.includes(name));
  if (fsid === null && placedMons.length + daemons === 0 && !hasKeyring) return { fsid, findings: [] };
  const { disks, monStores } = fsid === null ? { disks: [], monStores: [] } : remainsOf(facts, fsid);
  const finding =
    disks.length + monStores.length + daemons > 0
      ? dataWithoutKeys({ cluster, fsid: fsid ?? UNKNOWN, dataDir, disks, monStores, daemons, secrets })
      : nothingSeen(cluster, fsid ?? UNKNOWN);
  return { fsid, findings: [finding] };
}

const UNKNOWN = '(fsid not known)';

/** Where the record is gone as well, a store that stands where one of the cluster's mons was placed tells. */
const fsidOfPlaced = (facts: HostFacts[], placed: PlannedMon[]): string | null =>
  facts
    .flatMap(({ node, leftovers }) =>
      leftovers.filter(
        ({ kind, name }) => kind === 'mon-store' && placed.some((mon) => mon.id === name && mon.node === node),
      ),
    )
    .find(({ cephFsid }) => cephFsid !== null)?.cephFsid ?? null;

const nothingSeen = (cluster: string, fsid: string): Finding => ({
  code: 'IDENTITY_LOST',
  severity: 'blocking',
  because: `${cluster} was the cluster ${fsid}, but its Secret rook-ceph-mon is gone; none of its disks and mon stores was seen on the hosts that answered.`,
  remedy: `Restore the Secret, or run teardown for what is left of that cluster. Waive IDENTITY_LOST only to make a new cluster where its disks may come back.`,
  target: fsid,
});
