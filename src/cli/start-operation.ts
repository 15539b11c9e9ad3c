import { checkInput, type NamedInput, type OperationContract } from '../contract/operation.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { CommandError, usageError } from './command-error.ts';
import { concludeFollowing } from './conclude.ts';
import type { CommandContext } from './context.ts';
import { follow, type ApprovalDesk } from './follow.ts';
import { printReport } from './output.ts';
import type { Json } from '../contract/finding.ts';

/** Flags of every command that starts an operation. */
export interface StartFlags {
  dryRun?: boolean;
  waive?: string[];
  reason?: string;
  /** `undefined`: follow, but stop where a person is needed and nobody sits here. */
  wait?: boolean;
  timeout?: number;
  by?: string;
}

/** The input as the workflow will judge it, judged before anything is touched. */
export function requireInput<Input>(contract: OperationContract<Input>, value: Record<string, Json>): Json {
  const checked = checkInput(contract, value);
  if ('problems' in checked)
    throw usageError(`The ${contract.name} cannot be started: ${checked.problems.join('; ')}.`);
  const waived = (value['waive'] as string[] | undefined) ?? [];
  const unwaivable = waived.filter((code) => contract.unwaivable.includes(code));
  if (unwaivable.length > 0)
    throw usageError(`${unwaivable.join(', ')} can never be waived for ${contract.name}; cure what it names instead.`);
  return value;
}

/** @throws CommandError where that operation runs already: starting is not joining, the plans may differ. */
export async function requireNotRunning(context: CommandContext, id: string): Promise<void> {
  const execution = await (await context.temporal()).describe(id);
  if (execution?.status === 'running') throw alreadyRunning(id, execution.startedAt);
}

const alreadyRunning = (id: string, since: string): CommandError =>
  new CommandError(EXIT.refused, `${id} runs already, since ${since}. Follow it with: cephflow watch ${id}`);

/** Starts an operation under its suggested id and follows it as the flags say. */
export async function startOperation<Input>(
  context: CommandContext,
  contract: OperationContract<Input>,
  input: Json,
  named: NamedInput,
  flags: StartFlags,
  desk?: ApprovalDesk,
): Promise<ExitCode> {
  const temporal = await context.temporal();
  const id = contract.suggestedId(named);
  const what = named.node === undefined ? '' : ` on ${named.node}`;
  const summary = `${contract.name} of cluster ${named.cluster}${what}${flags.dryRun === true ? ', dry run' : ''}`;
  const { kind, runId } = await temporal.start({ type: contract.workflowType, id, input, summary });
  if (kind === 'running') throw alreadyRunning(id, 'a moment ago');
  context.io.err(`Started ${id}.`);
  if (flags.wait === false) {
    printReport(context, { id, runId }, () => [id]);
    return EXIT.done;
  }
  const end = await follow(context, {
    id,
    runId,
    patience: patienceOf(context, flags),
    ...(flags.timeout === undefined ? {} : { timeoutSeconds: flags.timeout }),
    ...(desk === undefined ? {} : { desk }),
  });
  return concludeFollowing(context, id, end);
}

/** On a terminal a person sees what is needed and may send it from elsewhere; a script must not hang on it, unless told to wait. */
export const patienceOf = ({ io }: CommandContext, flags: { wait?: boolean }): 'until-person' | 'until-end' =>
  io.interactive || flags.wait === true ? 'until-end' : 'until-person';
