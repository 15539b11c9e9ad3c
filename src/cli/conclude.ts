import { findingLine, gravestFirst } from '../console/finding-lines.ts';
import { renderPlan } from '../console/plan.ts';
import { renderSteps } from '../console/steps.ts';
import type { OperationResult } from '../contract/state.ts';
import type { CommandContext } from './context.ts';
import { offerCommands } from './offer-commands.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { reportCode } from './failure-report.ts';
import type { FollowEnd } from './follow.ts';
import { printReport, tableWidth } from './output.ts';
import type { Ending } from './temporal-port.ts';

/** Says how the following ended and what to type next. */
export function concludeFollowing(context: CommandContext, id: string, end: FollowEnd): ExitCode {
  const { io } = context;
  switch (end.kind) {
    case 'ended':
      return concludeEnding(context, id, end.ending);
    case 'person-needed':
      offerCommands(id, end.state).forEach((line) => io.err(line));
      io.err(`It goes on when one of these is sent. Follow it again with: cephflow watch ${id}`);
      return EXIT.goesOn;
    case 'timed-out':
      io.err(`Stopped waiting; ${id} goes on. Follow it again with: cephflow watch ${id}`);
      return EXIT.goesOn;
    case 'interrupted':
      io.err(`Detached; ${id} goes on. Follow it again with: cephflow watch ${id}`);
      return EXIT.interrupted;
  }
}

function concludeEnding(context: CommandContext, id: string, ending: Ending): ExitCode {
  const { io } = context;
  if (ending.kind === 'finished') {
    printReport(context, ending.result, () => resultLines(context, ending.result));
    return exitCodeOfResult(ending.result);
  }
  const { message } = ending;
  const failed = ending.kind === 'failed';
  const report = failed ? reportCode(ending.code, message, ending.details) : undefined;
  (report?.lines ?? [`Error: ${id} ${message}.`]).forEach((line) => io.err(line));
  return report?.exitCode ?? EXIT.failed;
}

/** The result for people: the plan where that was all, else the steps with their seconds; the summary last, where eyes rest. */
export function resultLines(context: CommandContext, result: OperationResult): string[] {
  const { plan, outcome, steps, findings, waived } = result;
  const planned = outcome === 'planned' && plan !== undefined;
  const found = planned ? [] : gravestFirst(findings).map((finding) => findingLine(finding, Number.POSITIVE_INFINITY));
  return [
    ...(planned ? [renderPlan(plan, tableWidth(context)), ''] : renderSteps(steps)),
    ...found,
    ...owedOf(result).map((owed) => `owed: ${owed}`),
    ...(waived.length === 0 ? [] : [`waived: ${waived.join(', ')}`]),
    result.summary,
  ];
}

const owedOf = (result: OperationResult): string[] => (result as { owed?: string[] }).owed ?? [];

/** A dry run whose plan could not be carried out is a refusal, so that scripts see it before they start in earnest. */
export function exitCodeOfResult(result: OperationResult): ExitCode {
  const health = (result as { health?: string }).health;
  if (result.outcome === 'rejected') return EXIT.refused;
  if (result.outcome === 'planned') return isBlocked(result) ? EXIT.refused : EXIT.done;
  if (owedOf(result).length > 0) return EXIT.unhealthy;
  return health === undefined || health === 'HEALTH_OK' ? EXIT.done : EXIT.unhealthy;
}

const isBlocked = ({ findings, waived, plan }: OperationResult): boolean =>
  [...findings, ...(plan?.findings ?? [])].some(
    ({ severity, code }) => severity === 'blocking' && !waived.includes(code),
  );
