import type { BootstrapPlan } from '../contract/bootstrap.ts';
import type { Plan, PlanStep } from '../contract/plan.ts';
import { alignColumns } from './columns.ts';
import { renderDevices, type TableWidth } from './device-table.ts';
import { findingLine, gravestFirst } from './finding-lines.ts';
import { oneLine } from './text.ts';

const WHOLE = Number.POSITIVE_INFINITY;

/** Characters of a hash that are shown and enough to approve it. */
export const SHOWN_HASH_CHARACTERS = 12;

export const shownHash = (plan: Pick<Plan, 'hash'>): string => plan.hash.slice(0, SHOWN_HASH_CHARACTERS);

/**
 * The whole plan for a terminal: what will be lost, every step with its risk, every target by identity, every finding. Nothing is
 * cut here: it is what a person reads before approving.
 */
export function renderPlan(plan: Plan, width: TableWidth = 'normal'): string {
  return [
    [`Plan ${shownHash(plan)} of ${plan.operation} ${plan.cluster}`, oneLine(plan.summary, WHOLE)],
    titled(
      'Will be lost',
      lossesOf(plan).map((loss) => `  ${oneLine(loss, WHOLE)}`),
    ),
    titled('Steps', stepLines(plan.steps)),
    titled('Disks', renderDevices(disksOf(plan), width)),
    titled(
      'Findings',
      gravestFirst(plan.findings).map((finding) => `  ${findingLine(finding, WHOLE)}`),
    ),
  ]
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

const titled = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [title, ...lines]);

/** What approving the plan gives up, a sentence each; only teardown's plan has any. */
export const lossesOf = (plan: Plan): string[] => plan.losses ?? [];

/** Only bootstrap's plan has rows of the device table; teardown's disks are targets of its steps. */
function disksOf(plan: Plan): BootstrapPlan['disks'] {
  const disks = (plan as Partial<BootstrapPlan>).disks ?? [];
  return disks.filter((disk) => 'verdict' in disk);
}

function stepLines(steps: readonly PlanStep[]): string[] {
  if (steps.length === 0) return ['  nothing to do'];
  const [header = '', ...lines] = alignColumns(steps, [
    { title: 'STEP', value: (step) => step.id },
    { title: 'RISK', value: (step) => step.risk },
    { title: 'WHAT IT DOES', value: (step) => step.does },
  ]);
  const rows = steps.flatMap((step, index) => [lines[index] ?? '', ...targetLines(step)]);
  return [header, ...rows].map((line) => `  ${line}`);
}

const targetLines = (step: PlanStep): string[] =>
  step.targets.map((target) => `  ${step.risk === 'destroys-data' ? '! ' : '- '}${oneLine(target, WHOLE)}`);
