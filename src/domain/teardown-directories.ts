import type { Finding } from '../contract/finding.ts';
import type { HostFacts, Leftover } from '../contract/host.ts';

export interface JudgedDirectories {
  /** Directories of this cluster, in order of host and path. */
  owned: { node: string; path: string }[];
  monStores: { node: string; mon: string }[];
  findings: Finding[];
}

export interface DirectoryOwner {
  cluster: string;
  fsid: string | null;
  placedMons: { mon: string; node: string }[];
}

/** Which directories on the hosts belong to the cluster. Without a known fsid none does. */
export function judgeDirectories(hosts: HostFacts[], owner: DirectoryOwner): JudgedDirectories {
  const all = hosts.flatMap((host) => host.leftovers.map((leftover) => ({ host, leftover })));
  const ours = all.filter(({ host, leftover }) => isOurs(host, leftover, owner));
  const others = all.filter((one) => !ours.includes(one));
  return {
    owned: ours.map(({ host, leftover }) => ({ node: host.node, path: leftover.path })),
    monStores: ours
      .filter(({ leftover }) => leftover.kind === 'mon-store')
      .map(({ host, leftover }) => ({ node: host.node, mon: leftover.name })),
    findings: others.map(({ host, leftover }) => leftAlone(host.node, leftover)),
  };
}

/**
 * A store whose cluster cannot be read (a running mon holds it, or its mkfs was killed) is ours only where the API server says that
 * this cluster placed that mon on that host: it is placed only where no store was before.
 */
function isOurs(host: HostFacts, leftover: Leftover, { cluster, fsid, placedMons }: DirectoryOwner): boolean {
  if (fsid === null) return false;
  if (leftover.cephFsid !== null) return leftover.cephFsid === fsid;
  if (leftover.kind === 'mon-store')
    return placedMons.some(({ mon, node }) => mon === leftover.name && node === host.node);
  // The directory of logs names no cluster of its own; directories of another cluster's OSDs in it would.
  return leftover.kind === 'cluster-directory' && leftover.name === cluster && !hasForeignOsds(host, fsid);
}

const hasForeignOsds = ({ leftovers }: HostFacts, fsid: string): boolean =>
  leftovers.some(({ kind, cephFsid }) => kind === 'osd-directory' && cephFsid !== fsid);

const leftAlone = (node: string, { path, cephFsid }: Leftover): Finding => ({
  code: 'FOREIGN_DIRECTORY',
  severity: 'info',
  because: `${node}:${path} belongs to ${cephFsid === null ? 'a cluster that cannot be told' : `cluster ${cephFsid}`}; it is left alone`,
  target: `${node}:${path}`,
});
