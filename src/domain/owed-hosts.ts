import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';
import type { OwedHost, PlannedDebt } from '../contract/owed.ts';
import { owingReplacement, replacedNodes } from './replaced-nodes.ts';

export interface OwedInput {
  fsid: string | null;
  dataDir: string;
  /** Hosts that ever carried a part of the cluster. */
  nodes: string[];
  /** Machine id with which each joined, where it is known. */
  machineIds: Record<string, string>;
  /** What earlier teardowns left. */
  owed: OwedHost[];
  /** Hosts that look now. */
  hosts: HostFacts[];
  /** What hosts that do not look now saw the last time. */
  lastLooks: HostFacts[];
}

export interface JudgedOwed {
  debts: PlannedDebt[];
  /** Hosts whose debt is paid when the plan is done. */
  pays: string[];
  findings: Finding[];
}

/**
 * What a teardown can not take away now, and what of an older debt it pays. A host is paid only if it is the very machine that owed, its
 * debt is of this cluster, and every disk of the debt is there. Pure.
 */
export function judgeOwed(input: OwedInput): JudgedOwed {
  const { hosts, owed, fsid, dataDir } = input;
  const ids = { ...input.machineIds, ...machineIdsOf(owed) };
  const replaced = replacedNodes(ids, hosts);
  const names = [...new Set([...input.nodes, ...owed.map(({ node }) => node)])];
  const unseen = unseenHosts(names, hosts);
  const present = owed.filter(
    ({ node }) => hosts.some((host) => host.node === node) && !replaced.some((one) => one.node === node),
  );
  const former = present.filter((one) => one.fsid !== fsid).map(ofFormerCluster);
  const missing = present.filter((one) => one.fsid === fsid).flatMap((one) => missingDisks(one, hosts));
  const findings = [...unseen, ...replaced.map(owingReplacement), ...former, ...missing];
  const debts = findings.map(({ code, because, target = '' }) => {
    const known = owed.find(({ node }) => node === target);
    const disks = [...new Set([...(known?.disks ?? []), ...labelled(input.lastLooks, target, fsid)])].toSorted();
    return {
      code,
      node: target,
      fsid: known?.fsid ?? fsid,
      dataDir: known?.dataDir ?? dataDir,
      disks,
      reason: because,
    };
  });
  return {
    debts,
    pays: present.map(({ node }) => node).filter((node) => !debts.some((debt) => debt.node === node)),
    findings,
  };
}

const machineIdsOf = (owed: OwedHost[]): Record<string, string> =>
  Object.fromEntries(owed.flatMap(({ node, machineId }) => (machineId === undefined ? [] : [[node, machineId]])));

/** A host that carried the cluster and did not look now keeps whatever it has. */
export const unseenHosts = (nodes: string[], hosts: HostFacts[]): Finding[] =>
  nodes.filter((node) => !hosts.some((host) => host.node === node)).map(notSeen);

const notSeen = (node: string): Finding => ({
  code: 'HOST_NOT_SEEN',
  severity: 'warning',
  because: `${node} carried a part of the cluster, but has no agent now; its disks and directories stay as they are`,
  remedy: `Bring ${node} back and start teardown again. Where its disks are wiped or destroyed for certain, start again with HOST_NOT_SEEN in "waive".`,
  target: node,
});

const ofFormerCluster = ({ node, fsid, since }: OwedHost): Finding => ({
  code: 'FORMER_DEBT',
  severity: 'warning',
  because: `${node} owes since ${since} what it has of the earlier cluster ${fsid ?? '(unknown)'} of this namespace; it is left alone`,
  remedy: `Wipe the disks of that cluster on ${node} by hand, then start again with FORMER_DEBT in "waive".`,
  target: node,
});

function missingDisks({ node, disks }: OwedHost, hosts: HostFacts[]): Finding[] {
  const there = hosts.find((host) => host.node === node)?.disks ?? [];
  const missing = disks.filter((id) => !there.some((disk) => disk.id === id || disk.aliases.includes(id)));
  if (missing.length === 0) return [];
  return [
    {
      code: 'OWED_DISK_NOT_SEEN',
      severity: 'warning',
      because: `${node} owes the disks ${missing.join(', ')}, but they are not there, so they are not wiped`,
      remedy: `Put them back and start teardown again. Where they are wiped or destroyed for certain, start again with OWED_DISK_NOT_SEEN in "waive".`,
      target: node,
    },
  ];
}

const labelled = (looks: HostFacts[], node: string, fsid: string | null): string[] =>
  looks
    .filter((host) => host.node === node)
    .flatMap(({ disks }) => disks)
    .filter(({ labels }) => fsid !== null && labels.some(({ cephFsid }) => cephFsid === fsid))
    .flatMap(({ id }) => (id === null ? [] : [id]));
