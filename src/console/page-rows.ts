import type { PlanStep } from '../contract/plan.ts';
import type { OperationState, StepState, StepStatus } from '../contract/state.ts';
import { describeStep } from './steps.ts';
import { oneLine } from './text.ts';
import { beside, wrap } from './wrap.ts';

/** A row of the page's table, of one line or more. Rows of the lowest worth are cut first. */
export interface PageRow {
  text: string;
  worth: number;
}

/** What the pane of the Temporal UI shows of a code block in a window 1400 pixels wide; the rest of a longer line is out of sight. */
export const PAGE_COLUMNS = 64;

/** Ids that are wider stand on a line of their own. */
const ID_COLUMNS = 24;
const TEXT_BYTES = 110;
/** What is formatted or wiped is named whole where that is possible at all. */
const DESTRUCTIVE_TEXT_BYTES = 180;

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
  const row = rowsBeside(steps.map((step) => step.id));
  const rows = steps.map((step) => ({
    text: row(step.id, describeStep(step, TEXT_BYTES)),
    worth: STATUS_WORTH[step.status],
  }));
  return { header: row('STEP', 'STATE'), rows };
}

function planRows(steps: readonly PlanStep[]): { header: string; rows: PageRow[] } {
  const row = rowsBeside(steps.map((step) => step.id));
  const rows = steps.flatMap((step) => [
    { text: row(step.id, whatItDoes(step)), worth: RISK_WORTH[step.risk] },
    ...overwritten(step),
  ]);
  return { header: row('STEP', 'WHAT IT DOES'), rows };
}

/** The risk is a word of the sentence, since most steps have none and a column of its own would push the disks out of sight. */
const whatItDoes = ({ risk, does }: PlanStep): string =>
  risk === 'none'
    ? oneLine(does, TEXT_BYTES)
    : oneLine(`${risk.toUpperCase().replaceAll('-', ' ')}: ${does}`, DESTRUCTIVE_TEXT_BYTES);

/** Disks that are overwritten are named by identity on the page itself; targets of harmless steps are in the plan only. */
const overwritten = (step: PlanStep): PageRow[] =>
  step.risk === 'destroys-data'
    ? step.targets.map((target) => ({ text: targetText(target), worth: RISK_WORTH['destroys-data'] - 1 }))
    : [];

const targetText = (target: string): string =>
  wrap(oneLine(target, 110), PAGE_COLUMNS - 4)
    .map((line, index) => `${index === 0 ? '  ! ' : '    '}${line}`)
    .join('\n');

/** One column for all ids of a table, as narrow as they allow. */
function rowsBeside(ids: readonly string[]): (id: string, text: string) => string {
  const widest = Math.max(
    ...ids.map((id) => Array.from(id).length).filter((width) => width < ID_COLUMNS),
    'STEP'.length,
  );
  return (id, text) => beside(id, widest + 3, text, PAGE_COLUMNS);
}
