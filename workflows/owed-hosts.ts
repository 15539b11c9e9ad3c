import type { Debt, DebtKey } from '../src/contract/owed.ts';
import { owedOf, type TeardownInput, type TeardownPlan } from '../src/contract/teardown.ts';
import { ops } from './activity-profiles.ts';
import type { Runbook } from './runbook.ts';

/**
 * What a teardown owes, kept outside of it: what is known with the plan before anything is destroyed, and what a host has from the moment
 * on in which a person leaves it out. So nothing is forgotten wherever the operation is ended, also by terminate.
 */
export class OwedHosts {
  /** Disks that were wiped and read back. */
  readonly wiped = new Set<string>();
  private readonly run: Runbook<TeardownInput>;
  private readonly plan: TeardownPlan;
  private readonly left = new Map<string, Debt>();

  constructor(run: Runbook<TeardownInput>, plan: TeardownPlan) {
    this.run = run;
    this.plan = plan;
  }

  async rememberPlanned(): Promise<void> {
    const { cluster } = this.run;
    const debts = this.plan.owes ?? [];
    await this.run.planned('remember-owed', () => ops.rememberOwed({ cluster, debts, paid: [] }));
  }

  /**
   * Called after every step in which a host can be left out. Such a host owes all of its disks that were not wiped and read back, whatever
   * else was done there.
   */
  async rememberLeft(): Promise<void> {
    const { cluster } = this.run;
    for (const { node, because } of this.run.leftHosts()) {
      if (this.left.has(node)) continue;
      const debt = this.debtOf(node, because);
      this.left.set(node, debt);
      await this.run.step(`remember-owed/${node}`, () => ops.rememberOwed({ cluster, debts: [debt], paid: [] }));
    }
  }

  /** Takes out what is paid or, as a step that a person has approved says, forgotten; nothing of a host that was left out since. */
  async settle(): Promise<void> {
    const { cluster, plan } = { cluster: this.run.cluster, plan: this.plan };
    const isLeft = ({ node }: DebtKey): boolean => this.left.has(node);
    const paid = [...(plan.pays ?? []), ...(plan.settles ?? [])].filter((key) => !isLeft(key));
    await this.run.planned('settle-owed', () => ops.rememberOwed({ cluster, debts: [], paid }));
  }

  /** All of it, one sentence each. */
  sentences(): string[] {
    // Plans of earlier versions name no debts; nothing that they owe can be settled by waiving.
    const waived = this.plan.owes === undefined ? [] : this.run.input.waive;
    return [...[...this.left.values()].map(({ reason }) => reason), ...owedOf(this.plan.findings, waived)];
  }

  private debtOf(node: string, because: string): Debt {
    const { fsid, dataDir, carries = [] } = this.plan;
    const carried = carries.find((one) => one.node === node) ?? { node, fsid, dataDir, disks: [] };
    const disks = carried.disks.filter((id) => !this.wiped.has(diskName({ node, id })));
    return { ...carried, disks, reason: reasonOf(node, because, disks) };
  }
}

/** As results and plans name a disk. */
export const diskName = ({ node, id }: { node: string; id: string }): string => `${node}:${id}`;

const reasonOf = (node: string, because: string, disks: string[]): string =>
  `${node} did not answer and was left out (${because}): ${disks.length === 0 ? 'what else it has of the cluster is' : `its disks ${disks.join(', ')} and directories are`} not proven to be gone`;

/** Agents of hosts that are away, or were left out, end when their hosts are back; nobody proves it before. */
export function leaving(run: Runbook<TeardownInput>): { leaving?: string[] } {
  const away = run.state.findings.flatMap(({ code, target }) =>
    code === 'HOST_NOT_SEEN' && target !== undefined ? [target] : [],
  );
  const hosts = [...new Set([...run.leftHosts().map(({ node }) => node), ...away])];
  return hosts.length === 0 ? {} : { leaving: hosts };
}
