import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';

/** A host whose name belongs to another machine now. */
export interface ReplacedNode {
  node: string;
  known: string;
  seen: string;
}

/**
 * Hosts whose machine id is another one than that with which they joined the cluster: reset or replaced under the old name. What the former
 * machine carried is not there. Nothing is found where no id is known, as of clusters that an earlier version made. Pure.
 */
export const replacedNodes = (known: Record<string, string>, hosts: HostFacts[]): ReplacedNode[] =>
  hosts.flatMap(({ node, machineId: seen }) => {
    const before = known[node];
    return before === undefined || before === '' || seen === '' || before === seen
      ? []
      : [{ node, known: before, seen }];
  });

/** For bootstrap, which would take its mon or OSDs for present. */
export const refusedReplacement = ({ node, known, seen }: ReplacedNode): Finding => ({
  code: 'NODE_REPLACED',
  severity: 'blocking',
  because: `${node} is another machine now: it joined the cluster with machine id ${known}, and ${seen} is seen. What the former ${node} carried of the cluster is not there.`,
  remedy: `Bring the former ${node} back under its name and send retry. Where it is gone for good, and Ceph serves without its mon and OSDs, start again with NODE_REPLACED in "waive": this machine then counts as new.`,
  target: node,
  evidence: { known, seen },
});

/** For teardown, which can prove nothing about the former machine. */
export const owingReplacement = ({ node, known, seen }: ReplacedNode): Finding => ({
  code: 'NODE_REPLACED',
  severity: 'warning',
  because: `${node} is another machine now: machine id ${known} carried the cluster, and ${seen} is seen; the disks of the former ${node} are not wiped`,
  remedy: `Bring the former ${node} back under its name and start teardown again. Where its disks are wiped or destroyed for certain, start again with NODE_REPLACED in "waive".`,
  target: node,
  evidence: { known, seen },
});
