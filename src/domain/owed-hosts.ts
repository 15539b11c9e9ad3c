import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';
import type { Debt, DebtKey, OwedHost } from '../contract/owed.ts';
import { isSettled } from '../contract/teardown.ts';
import { missingDisks, notSeen, ofFormerCluster, otherDirectory } from './owed-findings.ts';
import { owingReplacement, replacedNodes } from './replaced-nodes.ts';
import { labelledDisks } from './teardown-disks.ts';

export interface OwedInput {
  fsid: string | null;
  /** Where the agents looked. */
  dataDir: string;
  /** What is remembered of the very cluster that goes. */
  remembered: { nodes: string[]; machineIds?: Record<string, string> | undefined; dataDir?: string | undefined } | null;
  /** What earlier teardowns left. */
  owed: OwedHost[];
  /** Hosts that look now. */
  hosts: HostFacts[];
  /** What hosts that do not look now saw the last time. */
  lastLooks: HostFacts[];
  /** Of disks that stay as they are, with `node:identity` as target. */
  diskFindings: Finding[];
  waive: readonly string[];
}

export interface JudgedOwed {
  /** What can not be taken away now, one per host. */
  owes: Debt[];
  /** What each host has, as far as it is known, whether it is seen or not. */
  carries: Debt[];
  /** Older debts that are paid when the plan is done. */
  pays: DebtKey[];
  /** Debts to be forgotten, because each of their findings is waived. */
  settles: DebtKey[];
  findings: Finding[];
}

/** Why a host owes. */
interface Fault {
  node: string;
  finding: Finding;
  disks: string[];
}

/**
 * What a teardown can not take away now, and what of older debts it pays. A debt is paid only if it is of this cluster, the host is the
 * very machine that owed and was looked at in the directory of the debt, every disk of the debt is there and was read, and nothing else
 * of that host is owed. What is owed of another cluster of the namespace stays untouched. Pure.
 */
export function judgeOwed(input: OwedInput): JudgedOwed {
  const { fsid, hosts, waive } = input;
  // Without a known fsid no disk can be told to be ours, so nothing is proven.
  const own = input.owed.filter((one) => fsid !== null && one.fsid === fsid);
  const former = input.owed.filter((one) => !own.includes(one));
  const faults = faultsOf(input, own);
  const nodes = [...new Set([...(input.remembered?.nodes ?? []), ...own.map(nodeOf), ...hosts.map(nodeOf)])].toSorted();
  const carries = nodes.map((node) => carriedBy(input, own, node));
  const debts = carries.flatMap((carried) => debtOf(carried, faults, waive));
  const ofFormer = former.map(ofFormerCluster);
  return {
    carries,
    owes: debts.flatMap(({ debt, settled }) => (settled ? [] : [debt])),
    settles: [
      ...debts.flatMap(({ debt, settled }) => (settled ? [keyOf(debt)] : [])),
      ...(isSettled('FORMER_DEBT', waive) ? former.map(keyOf) : []),
    ],
    pays: own.filter(({ node }) => !faults.some((fault) => fault.node === node)).map(keyOf),
    findings: [...faults.map(({ finding }) => finding).filter((one) => !input.diskFindings.includes(one)), ...ofFormer],
  };
}

const nodeOf = ({ node }: { node: string }): string => node;
const keyOf = ({ node, fsid }: DebtKey): DebtKey => ({ node, fsid });

function faultsOf(input: OwedInput, own: OwedHost[]): Fault[] {
  const { hosts, remembered } = input;
  const unseen = unseenHosts([...new Set([...(remembered?.nodes ?? []), ...own.map(nodeOf)])], hosts);
  // A debt keeps the machine that owes; the record may know a later one under the same name.
  const former = replacedNodes(machineIdsOf(own), hosts);
  const later = replacedNodes(remembered?.machineIds ?? {}, hosts);
  const replaced = [...former, ...later.filter(({ node }) => !former.some((one) => one.node === node))];
  const present = own.filter(({ node }) => !former.some((one) => one.node === node));
  const missing = present.flatMap((debt) => missingDisks(debt, hosts));
  const directories = own.flatMap((debt) => otherDirectory(debt, hosts, input.dataDir));
  return [
    ...[...unseen, ...replaced.map(owingReplacement), ...missing, ...directories].map((finding) => ({
      node: finding.target ?? '',
      finding,
      disks: [],
    })),
    ...hostsElsewhere(input).map((finding) => ({ node: finding.target ?? '', finding, disks: [] })),
    ...input.diskFindings.map(ofDisk),
  ];
}

/** Hosts without a debt, where the agents did not look into the directory in which the cluster was made. */
function hostsElsewhere({ hosts, remembered, owed, fsid, dataDir }: OwedInput): Finding[] {
  const made = remembered?.dataDir ?? dataDir;
  return hosts
    .filter(
      ({ node }) => remembered?.nodes.includes(node) && !owed.some((one) => one.node === node && one.fsid === fsid),
    )
    .flatMap(({ node }) => otherDirectory({ node, dataDir: made }, hosts, dataDir));
}

/** No host's name has a colon. */
function ofDisk(finding: Finding): Fault {
  const { target = '' } = finding;
  const colon = target.indexOf(':');
  return { node: target.slice(0, colon), finding, disks: [target.slice(colon + 1)] };
}

function carriedBy(input: OwedInput, own: OwedHost[], node: string): Debt {
  const { fsid, remembered, hosts, lastLooks } = input;
  const known = own.find((one) => one.node === node);
  const looks = [...hosts, ...lastLooks].filter((host) => host.node === node);
  const machineId = known?.machineId ?? remembered?.machineIds?.[node] ?? looks[0]?.machineId ?? '';
  return {
    node,
    fsid,
    dataDir: known?.dataDir ?? remembered?.dataDir ?? input.dataDir,
    disks: union(known?.disks ?? [], fsid === null ? [] : looks.flatMap((host) => labelledDisks(host, fsid))),
    reason: `${node} carries a part of the cluster`,
    ...(machineId === '' ? {} : { machineId }),
  };
}

function debtOf(carried: Debt, faults: Fault[], waive: readonly string[]): { debt: Debt; settled: boolean }[] {
  const own = faults.filter(({ node }) => node === carried.node);
  if (own.length === 0) return [];
  const left = own.filter(({ finding }) => !isSettled(finding.code, waive));
  const shown = left.length === 0 ? own : left;
  const debt = {
    ...carried,
    disks: union(
      carried.disks,
      shown.flatMap(({ disks }) => disks),
    ),
    reason: shown.map(({ finding }) => finding.because).join('; '),
  };
  return [{ debt, settled: left.length === 0 }];
}

const union = (some: string[], more: string[]): string[] => [...new Set([...some, ...more])].toSorted();

const machineIdsOf = (owed: OwedHost[]): Record<string, string> =>
  Object.fromEntries(owed.flatMap(({ node, machineId }) => (machineId === undefined ? [] : [[node, machineId]])));

/** A host that carried the cluster and did not look now keeps whatever it has. */
export const unseenHosts = (nodes: string[], hosts: HostFacts[]): Finding[] =>
  nodes.filter((node) => !hosts.some((host) => host.node === node)).map(notSeen);
