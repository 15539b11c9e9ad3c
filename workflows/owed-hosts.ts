import type { Debt } from '../src/contract/owed.ts';
import { isSettled, owedOf, type TeardownInput, type TeardownPlan } from '../src/contract/teardown.ts';
import type { Runbook } from './runbook.ts';

/** What a teardown leaves behind. */
export interface Owed {
  /** Per host, to be remembered for a later teardown. */
  debts: Debt[];
  /** Hosts whose older debt was paid. */
  paid: string[];
  /** All of it, one sentence each. */
  sentences: string[];
}

/**
 * What could not be taken away or proven: as the plan says, and on hosts that a person left out since. Such a host owes all of its disks
 * that were not wiped and read back, whatever else was done there.
 */
export function owedBy(run: Runbook<TeardownInput>, plan: TeardownPlan, wiped: ReadonlySet<string>): Owed {
  const { waive } = run.input;
  const left = run.leftHosts().map(({ node, because }) => {
    const disks = plan.disks.filter((disk) => disk.node === node && !wiped.has(diskName(disk))).map(({ id }) => id);
    return { node, fsid: plan.fsid, dataDir: plan.dataDir, disks, reason: reasonOf(node, because, disks) };
  });
  const planned = (plan.owes ?? [])
    .filter(({ code, node }) => !isSettled(code, waive) && !left.some((debt) => debt.node === node))
    .map(({ node, fsid, dataDir, disks, reason }) => ({ node, fsid, dataDir, disks, reason }));
  const debts = [...left, ...planned];
  // Plans of earlier versions name no debts; nothing that they owe can be settled by waiving.
  const sentences = owedOf(plan.findings, plan.owes === undefined ? [] : waive);
  return {
    debts,
    paid: (plan.pays ?? []).filter((node) => !debts.some((debt) => debt.node === node)),
    sentences: [...left.map(({ reason }) => reason), ...sentences],
  };
}

/** As results and plans name a disk. */
export const diskName = ({ node, id }: { node: string; id: string }): string => `${node}:${id}`;

const reasonOf = (node: string, because: string, disks: string[]): string =>
  `${node} did not answer and was left out (${because}): ${disks.length === 0 ? 'what else it has of the cluster is' : `its disks ${disks.join(', ')} and directories are`} not proven to be gone`;

/** Agents of hosts that were left out end when their hosts are back. */
export const leaving = (run: Runbook<TeardownInput>): { leaving?: string[] } =>
  run.leftHosts().length === 0 ? {} : { leaving: run.leftHosts().map(({ node }) => node) };
