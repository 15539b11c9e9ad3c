import type { Finding } from '../contract/finding.ts';
import type { HostFacts, Leftover } from '../contract/host.ts';

/**
 * What an earlier cluster left on the hosts. A mon store of another cluster below our own directory blocks: a new mon must never start
 * beside it, because the old cluster's data may still be wanted and its identity lost. Labels on disks only warn here, each such disk
 * is refused in its own row.
 * @param fsid of this cluster; `null` where it has no identity, then every leftover is foreign
 */
export function findStaleState(hosts: HostFacts[], fsid: string | null): Finding[] {
  return hosts.flatMap((host) => [
    ...host.leftovers
      .filter((leftover) => leftover.cephFsid !== fsid || fsid === null)
      .map((leftover) => staleDirectory(host, leftover)),
    ...foreignLabels(host, fsid),
  ]);
}

function staleDirectory(host: HostFacts, leftover: Leftover): Finding {
  const owner = leftover.cephFsid === null ? 'a cluster that cannot be told' : `cluster ${leftover.cephFsid}`;
  const kind = { 'mon-store': 'mon store', 'osd-directory': 'OSD directory', 'cluster-directory': 'directory' }[
    leftover.kind
  ];
  const blocks = leftover.kind === 'mon-store' && !isHalfMade(leftover);
  return {
    code: blocks ? 'STALE_STATE' : 'LEFTOVER',
    severity: blocks ? 'blocking' : 'info',
    because: `${host.node} has ${leftover.path}, the ${kind} of ${owner}.`,
    remedy: `If that cluster still lives, give this one another dataDirHostPath. Else run its teardown, or move ${leftover.path} on ${host.node} away.`,
    target: `${host.node}:${leftover.path}`,
    evidence: { node: host.node, path: leftover.path, fsid: leftover.cephFsid },
  };
}

/** A store without keyring and monmap never was part of a cluster; making the store judges it again on the host. */
const isHalfMade = (leftover: Leftover): boolean => !leftover.complete && leftover.cephFsid === null;

function foreignLabels(host: HostFacts, fsid: string | null): Finding[] {
  return host.disks
    .filter((disk) =>
      disk.labels.some((label) => label.cephFsid !== null && (label.cephFsid !== fsid || fsid === null)),
    )
    .map((disk) => {
      const owners = [...new Set(disk.labels.map((label) => label.cephFsid ?? 'an unreadable one'))].sort();
      return {
        code: 'FOREIGN_LABEL',
        severity: 'info' as const,
        because: `${host.node}:${disk.path} carries the BlueStore label of cluster ${owners.join(' and ')}; it is left alone.`,
        target: `${host.node}:${disk.id ?? disk.path}`,
        evidence: { node: host.node, path: disk.path, fsids: owners },
      };
    });
}
