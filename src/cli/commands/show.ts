import type { Command } from 'commander';
import { findingLine, gravestFirst } from '../../console/finding-lines.ts';
import { explanation, headline } from '../../console/headline.ts';
import { isAsked } from '../../console/page-rows.ts';
import { renderPlan } from '../../console/plan.ts';
import { clockTime, renderSteps } from '../../console/steps.ts';
import type { OperationState } from '../../contract/state.ts';
import { command, type Bind } from '../command-frame.ts';
import { resultLines } from '../conclude.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { reportCode } from '../failure-report.ts';
import { requireOperation } from '../find-operation.ts';
import { offerCommands } from '../offer-commands.ts';
import { printReport, tableWidth } from '../output.ts';
import type { Ending, Execution, StateAnswer } from '../temporal-port.ts';

export const showCommand = (bind: Bind): Command =>
  command(
    'show',
    'Show one operation: what it does, what it waits for, its plan and steps',
    'cephflow show bootstrap:rook-ceph --output json',
  )
    .argument('<id>', 'id of the operation')
    .action(bind(runShow));

/** Shows a running operation by its own words, or by Temporal's where no worker answers; an ended one by its result. */
export async function runShow(context: CommandContext, id: string): Promise<ExitCode> {
  const temporal = await context.temporal();
  const execution = await requireOperation(temporal, id);
  if (execution.status === 'running') {
    const answer = await temporal.readState(id, execution.runId);
    const state = answer.kind === 'state' ? answer.state : null;
    printReport(context, { ...execution, state }, () => [...head(execution), ...runningLines(context, id, answer)]);
    return EXIT.done;
  }
  const ending = await temporal.ending(id, execution.runId);
  printReport(context, { ...execution, ...endingFields(ending) }, () => [
    ...head(execution),
    ...endedLines(context, ending),
  ]);
  return EXIT.done;
}

const head = ({ id, status, startedAt, closedAt }: Execution): string[] => [
  `${id}: ${status}, started ${clockTime(startedAt)}${closedAt === undefined ? '' : `, closed ${clockTime(closedAt)}`}`,
];

function runningLines(context: CommandContext, id: string, answer: StateAnswer): string[] {
  if (answer.kind === 'silent')
    return [
      'No worker answers at the moment, so only this much is known; Temporal keeps the operation until one is back.',
    ];
  const { state } = answer;
  return [
    `It ${headline(state)}.`,
    explanation(state),
    ...planLines(context, state),
    ...block('Steps', renderSteps(state.steps)),
    ...block('Findings', foundLines(state)),
    ...block('Messages that changed nothing', state.refusedMessages),
    ...block('What you can do', offerCommands(id, state)),
  ].filter((line, index) => line !== '' || index > 1);
}

const planLines = (context: CommandContext, state: OperationState): string[] =>
  state.plan !== undefined && (isAsked(state) || context.options.output === 'wide')
    ? ['', renderPlan(state.plan, tableWidth(context))]
    : [];

/** The findings of a plan that is asked stand with the plan. */
const foundLines = (state: OperationState): string[] =>
  isAsked(state) ? [] : gravestFirst(state.findings).map((finding) => findingLine(finding, Number.POSITIVE_INFINITY));

const block = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', title, ...lines]);

function endingFields(ending: Ending): Record<string, unknown> {
  if (ending.kind === 'finished') return { result: ending.result };
  return { error: { message: ending.message, ...(ending.kind === 'failed' ? { code: ending.code ?? null } : {}) } };
}

function endedLines(context: CommandContext, ending: Ending): string[] {
  if (ending.kind === 'finished') return resultLines(context, ending.result);
  if (ending.kind === 'stopped') return [`It ${ending.message}.`];
  return reportCode(ending.code, ending.message, ending.details).lines;
}
