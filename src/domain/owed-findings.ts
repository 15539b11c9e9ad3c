/** What a teardown says about hosts that keep something of the cluster. Each names the code that settles it, where a person may do that. */
import type { Finding } from '../contract/finding.ts';
import type { DiskFacts } from '../contract/disk.ts';
import type { HostFacts } from '../contract/host.ts';
import type { OwedHost } from '../contract/owed.ts';

export const notSeen = (node: string): Finding => ({
  code: 'HOST_NOT_SEEN',
  severity: 'warning',
  because: `${node} carried a part of the cluster, but has no agent now; its disks and directories stay as they are`,
  remedy: `Bring ${node} back and start teardown again. Where its disks are wiped or destroyed for certain, start again with HOST_NOT_SEEN in "waive".`,
  target: node,
});

export const ofFormerCluster = ({ node, fsid, since, disks }: OwedHost): Finding => ({
  code: 'FORMER_DEBT',
  severity: 'warning',
  because: `${node} owes since ${since} what it has of the earlier cluster ${fsid ?? '(unknown)'} of this namespace${disks.length === 0 ? '' : ` (${disks.join(', ')})`}; it is left alone`,
  remedy: `Wipe the disks of that cluster on ${node} by hand, then start again with FORMER_DEBT in "waive".`,
  target: `${node}:${fsid ?? 'unknown'}`,
});

/** A disk that cannot be read proves nothing; one without any readable label has a finding of its own. */
export function missingDisks({ node, disks }: OwedHost, hosts: HostFacts[]): Finding[] {
  const host = hosts.find((one) => one.node === node);
  if (host === undefined) return [];
  const there = host.disks.filter(
    ({ readError, sizeBytes, labels }) => sizeBytes > 0 && (readError === null || labels.length === 0),
  );
  const missing = disks.filter((id) => !there.some((disk) => isNamed(disk, id)));
  if (missing.length === 0) return [];
  return [
    {
      code: 'OWED_DISK_NOT_SEEN',
      severity: 'warning',
      because: `${node} owes the disks ${missing.join(', ')}, but they are not there or cannot be read, so they are not wiped`,
      remedy: `Put them back and start teardown again. Where they are wiped or destroyed for certain, start again with OWED_DISK_NOT_SEEN in "waive".`,
      target: node,
    },
  ];
}

/** A disk without an identity is named by its path, which another disk may have by now. */
const isNamed = ({ id, path, aliases }: DiskFacts, name: string): boolean =>
  id === null ? path === name : id === name || aliases.includes(name);

/** Whether a mon store or the keys in it are there can only be told by a look into the directory in which they were made. */
export function otherDirectory(
  { node, dataDir }: { node: string; dataDir: string },
  hosts: HostFacts[],
  lookedInto: string,
): Finding[] {
  if (dataDir === lookedInto || !hosts.some((host) => host.node === node)) return [];
  return [
    {
      code: 'DATA_DIR_NOT_SEEN',
      severity: 'warning',
      because: `${node} has what the cluster left in ${dataDir}, but its agent looks into ${lookedInto}, so mon stores and keys there stay`,
      remedy: `Set dataDirHostPath of the document back to ${dataDir} and start teardown again. Where that directory is gone for certain, start again with DATA_DIR_NOT_SEEN in "waive".`,
      target: node,
      evidence: { made: dataDir, lookedInto },
    },
  ];
}
