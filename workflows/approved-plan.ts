import type { Finding } from '../src/contract/finding.ts';
import type { SilentHost } from '../src/contract/host-activities.ts';
import type { Plan } from '../src/contract/plan.ts';
import type { Runbook } from './runbook.ts';

/** Why there is nothing to apply, or the plan that a person (or the rule for harmless ones) let pass. */
export type PlanDecision<P extends Plan> =
  { go: true; plan: P } | { go: false; outcome: 'planned' | 'nothing-to-do'; summary: string };

interface PlannedInput {
  cluster: string;
  dryRun: boolean;
  approval: 'required' | 'auto';
  waive: string[];
}

/**
 * Observe, plan, approve, lock, observe again. Ends with a plan that was approved and still holds while the cluster is held by this
 * operation; where reality moved on meanwhile the lock is given back and the new plan is asked.
 * A finding that blocks and is not waived parks the operation; `retry` looks again.
 */
export async function approvedPlan<P extends Plan>(
  run: Runbook<PlannedInput>,
  unwaivable: readonly string[],
  makePlan: () => Promise<P>,
): Promise<PlanDecision<P>> {
  let carried: Finding[] = [];
  for (;;) {
    const plan = await unblockedPlan(run, unwaivable, carried, makePlan);
    if (run.input.dryRun)
      return { go: false, outcome: 'planned', summary: `Dry run: ${plan.summary} Nothing was changed.` };
    if (plan.steps.length === 0) return { go: false, outcome: 'nothing-to-do', summary: plan.summary };
    if (needsPerson(plan, run.input.approval)) {
      run.enter('approve');
      await run.untilApproved(plan.hash);
    }
    await run.lock();
    const again = await unblockedPlan(run, unwaivable, carried, makePlan);
    if (again.hash === plan.hash) return { go: true, plan: again };
    carried = [changedMeanwhile(plan, again)];
    await run.giveBack();
  }
}

async function unblockedPlan<P extends Plan>(
  run: Runbook<PlannedInput>,
  unwaivable: readonly string[],
  carried: Finding[],
  makePlan: () => Promise<P>,
): Promise<P> {
  for (;;) {
    run.enter('observe');
    const plan = await run.step('plan', makePlan);
    run.state.plan = withoutTables(plan);
    run.state.findings = [...carried, ...plan.findings];
    const holds = plan.findings.filter((finding) => holdsUp(finding, run.input.waive, unwaivable));
    if (holds.length === 0 || run.input.dryRun) return plan;
    const silent = holds.flatMap(neededHost);
    if (silent.length < holds.length) await run.parkOn('plan', describeHolds(holds));
    else await run.waitOn('plan', silent, describeHolds(holds));
  }
}

/** A plan that lacks nothing but hosts that are silent now waits for them; it is made again when one is back. */
const neededHost = ({ code, target, evidence }: Finding): SilentHost[] =>
  code === 'HOST_NEEDED' && target !== undefined
    ? [{ node: target, since: typeof evidence === 'string' ? evidence : null }]
    : [];

const holdsUp = (finding: Finding, waived: readonly string[], unwaivable: readonly string[]): boolean =>
  finding.severity === 'blocking' && !(waived.includes(finding.code) && !unwaivable.includes(finding.code));

function describeHolds(holds: Finding[]): string {
  const shown = holds
    .slice(0, 3)
    .map((hold) => `${hold.code}: ${hold.because}${hold.remedy === undefined ? '' : ` ${hold.remedy}`}`);
  return shown.join(' | ') + (holds.length > 3 ? ` | and ${holds.length - 3} more` : '');
}

/** `auto` covers what can be undone and the formatting of blank disks, never a wipe. */
const needsPerson = (plan: Plan, approval: 'required' | 'auto'): boolean =>
  plan.steps.some((step) => step.alwaysAsk || (step.risk !== 'none' && approval !== 'auto'));

export const changedMeanwhile = (before: Plan, now: Plan): Finding => ({
  code: 'PLAN_STALE',
  severity: 'warning',
  because: `what the approved plan ${before.hash.slice(0, 12)} rests on has changed since; the plan is now ${now.hash.slice(0, 12)}`,
  remedy: 'Read the new plan and approve its hash.',
});

/** The state that queries hand out carries the plan's lines and what will be lost, not its tables of disks. */
export function withoutTables(plan: Plan): Plan {
  const { operation, cluster, hash, summary, steps, findings, losses } = plan;
  return { operation, cluster, hash, summary, steps, findings, ...(losses === undefined ? {} : { losses }) };
}
