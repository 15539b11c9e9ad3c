import type { PlanStep } from '../contract/plan.ts';
import type { OperationState, StepState, StepStatus } from '../contract/state.ts';
import { alignColumns } from './columns.ts';
import { renderSteps } from './steps.ts';
import { oneLine } from './text.ts';

/** A line of the page's table. Lines of the lowest worth are cut first. */
export interface PageRow {
  text: string;
  worth: number;
}

const CELL_BYTES = 70;

const STATUS_WORTH: Record<StepStatus, number> = {
  done: 0,
  skipped: 1,
  pending: 2,
  running: 3,
  'waiting-for-host': 4,
  failed: 5,
  parked: 6,
};

const RISK_WORTH = { none: 0, 'reduces-redundancy': 2, 'destroys-data': 4 } as const;

/** True while a plan waits for approval. */
export const isAsked = (state: OperationState): boolean => state.awaiting === 'approval' && state.plan !== undefined;

/** While a plan waits for approval: its steps, and what they overwrite. Afterwards: where each step is. */
export function pageRows(state: OperationState): { header: string; rows: PageRow[] } {
  if (isAsked(state) && state.plan !== undefined) return planRows(state.plan.steps);
  return stepRows(state.steps);
}

function stepRows(steps: readonly StepState[]): { header: string; rows: PageRow[] } {
  const [header = '', ...lines] = renderSteps(steps, CELL_BYTES);
  const rows = steps.map((step, index) => ({ text: lines[index] ?? '', worth: STATUS_WORTH[step.status] }));
  return { header, rows };
}

function planRows(steps: readonly PlanStep[]): { header: string; rows: PageRow[] } {
  const [header = '', ...lines] = alignColumns(steps, [
    { title: 'STEP', value: (step) => step.id },
    { title: 'RISK', value: (step) => step.risk },
    { title: 'WHAT IT DOES', value: (step) => step.does, limitBytes: CELL_BYTES },
  ]);
  const rows = steps.flatMap((step, index) => [
    { text: lines[index] ?? '', worth: RISK_WORTH[step.risk] },
    ...overwritten(step),
  ]);
  return { header, rows };
}

/** Disks that are overwritten are named by identity on the page itself; targets of harmless steps are in the plan only. */
const overwritten = (step: PlanStep): PageRow[] =>
  step.risk === 'destroys-data'
    ? step.targets.map((target) => ({ text: `  ! ${oneLine(target, 110)}`, worth: RISK_WORTH['destroys-data'] - 1 }))
    : [];
