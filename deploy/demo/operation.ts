import { renderPlan } from '../../src/console/plan.ts';
import type { Json } from '../../src/contract/finding.ts';
import type { OperationContract } from '../../src/contract/operation.ts';
import type { Plan } from '../../src/contract/plan.ts';
import type { OperationResult, OperationState } from '../../src/contract/state.ts';
import { approvalOf } from '../../src/cli/approval-desk.ts';
import { openContext, type CommandContext } from '../../src/cli/context.ts';
import { follow, type FollowEnd } from '../../src/cli/follow.ts';
import { connectToKubernetes } from '../../src/cli/kubernetes-client.ts';
import { processIo } from '../../src/cli/process-io.ts';
import { connectToTemporal } from '../../src/cli/temporal-client.ts';
import type { Ending } from '../../src/cli/temporal-port.ts';
import { addresses, labPaths } from '../lab/paths.ts';

/** An operation did not end as it should. The message is the sentence that the operation itself gave. */
export class OperationFailed extends Error {
  override readonly name = 'OperationFailed';
}

/** Sender of the demo's messages, as the history shows it. */
const BY = 'demo';

/** The command line's own connections, to the lab. */
export const openLab = () =>
  openContext(
    processIo(),
    { output: 'table', color: 'auto', address: addresses.temporal, kubeconfig: labPaths().kubeconfig },
    { temporal: connectToTemporal, kubernetes: connectToKubernetes },
  );

export interface StartedOperation {
  id: string;
  runId: string;
}

/** Starts an operation under its suggested id, or joins the one that runs under it. */
export async function startOperation<Input>(
  context: CommandContext,
  contract: OperationContract<Input>,
  cluster: string,
  input: Record<string, Json> = {},
): Promise<StartedOperation> {
  const id = contract.suggestedId({ cluster, ...input });
  const temporal = await context.temporal();
  const request = {
    type: contract.workflowType,
    id,
    input: { cluster, ...input },
    summary: `${contract.name} of ${cluster}`,
  };
  return { id, runId: (await temporal.start(request)).runId };
}

/** Why a plan must not be approved, as the end of a sentence; `undefined` where nothing speaks against it. */
export type Objection = (plan: Plan) => string | undefined;

const noObjection: Objection = () => undefined;

/**
 * Follows an operation to its end. Shows the plan that it asks and approves exactly that one by a signal, as a person in the Temporal
 * UI would; a second plan means that reality moved meanwhile, which nobody here has seen.
 * @throws OperationFailed where it failed, parked, asks again, or asks for a plan that is objected to
 */
export async function approveAndFollow(
  context: CommandContext,
  started: StartedOperation,
  objection = noObjection,
): Promise<OperationResult> {
  return resultOf(started.id, await approveOnce(context, started, objection));
}

/** As `approveAndFollow`, to the end or to whatever else needs a person. */
export async function approveOnce(
  context: CommandContext,
  { id, runId }: StartedOperation,
  objection: Objection,
): Promise<FollowEnd> {
  let approved = false;
  const desk = async (state: OperationState): Promise<'sent' | 'left'> => {
    if (approved || state.plan === undefined) return 'left';
    context.io.err(renderPlan(state.plan));
    const because = objection(state.plan);
    if (because !== undefined) throw new OperationFailed(`${id} was not approved and waits: its plan ${because}.`);
    approved = true;
    await (await context.temporal()).signal(id, 'approve', approvalOf(state, state.plan, BY));
    context.io.err(`Approved plan ${state.plan.hash.slice(0, 12)} by signal.`);
    return 'sent';
  };
  return follow(context, { id, runId, patience: 'until-person', desk });
}

/** @throws OperationFailed unless it ended with a result */
export function resultOf(id: string, end: FollowEnd): OperationResult {
  if (end.kind === 'ended' && end.ending.kind === 'finished') return end.ending.result;
  if (end.kind === 'ended') throw new OperationFailed(`${id} did not succeed: ${messageOf(end.ending)}`);
  if (end.kind === 'person-needed') throw new OperationFailed(`${id} waits for a person: ${end.state.awaitingBecause}`);
  throw new OperationFailed(`${id} was left before its end and goes on; see npm run cephflow -- watch ${id}`);
}

const messageOf = (ending: Ending): string => (ending.kind === 'finished' ? ending.result.summary : ending.message);
