import { WorkflowFailedError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { until } from '../../deploy/lab/until.ts';
import type { Json } from '../../src/contract/finding.ts';
import type { MessageName } from '../../src/contract/messages.ts';
import type { OperationContract } from '../../src/contract/operation.ts';
import type { OperationResult, OperationState, StepState } from '../../src/contract/state.ts';
import { temporal } from './temporal.ts';

const BY = 'e2e';

/** How long a message may take to be obeyed. */
const ANSWERED_WITHIN_SECONDS = 15;

/** How an operation ended: by its result, or by the sentence of its failure. */
export type End = { result: OperationResult } | { code: string; message: string };

const started: Operation[] = [];

/** Aborts what a story that failed left behind, so that the next one is not held up by it. */
export async function abortLeftovers(): Promise<void> {
  for (const operation of started.splice(0)) await operation.abort();
}

/** One operation as a person sees it: started in the UI, steered by messages, read by its query. */
export class Operation {
  readonly handle: WorkflowHandle;

  constructor(handle: WorkflowHandle) {
    this.handle = handle;
  }

  /** Starts it with whatever input a person may have typed. */
  static async start(
    { workflowType, suggestedId }: Pick<OperationContract<unknown>, 'workflowType' | 'suggestedId'>,
    input: Json,
    workflowId = suggestedId({ cluster: 'unnamed', ...(input as object) }),
  ): Promise<Operation> {
    const { workflow } = await temporal();
    const handle = await workflow.start(workflowType, { taskQueue: 'cephflow', workflowId, args: [input] });
    const operation = new Operation(handle);
    started.push(operation);
    return operation;
  }

  static async of(workflowId: string): Promise<Operation> {
    return new Operation((await temporal()).workflow.getHandle(workflowId));
  }

  /** `undefined` while no worker answers. */
  async state(): Promise<OperationState | undefined> {
    try {
      return await (await temporal()).withDeadline(Date.now() + 4000, () => this.handle.query<OperationState>('state'));
    } catch {
      return undefined;
    }
  }

  /** Waits until the state is as wanted, and answers it. An operation that ended meanwhile is told by how it ended. */
  async untilState(
    what: string,
    isSo: (state: OperationState) => boolean,
    withinSeconds = 120,
  ): Promise<OperationState> {
    let last: OperationState | undefined;
    await until(`${this.handle.workflowId} ${what}`, withinSeconds, async () => {
      last = (await this.state()) ?? last;
      if (last !== undefined && isSo(last)) return true;
      if (await this.isClosed())
        throw new Error(`${this.handle.workflowId} ended before it ${what}: ${await this.sayEnd()}`);
      return false;
    }).catch((cause: unknown) => {
      throw new Error(`${String(cause)} Last state: ${describe(last)}`, { cause });
    });
    if (last === undefined) throw new Error('unreachable: the condition needs a state');
    return last;
  }

  /** Waits until somebody else started it, and it asks; an earlier run under this id does not count once it has ended. */
  async untilItComesAndAsks(withinSeconds: number): Promise<OperationState> {
    let asking: OperationState | undefined;
    await until(`${this.handle.workflowId} comes and asks`, withinSeconds, async () => {
      const state = await this.state();
      asking = state !== undefined && isAsked(state) && !(await this.isClosed()) ? state : undefined;
      return asking !== undefined;
    });
    return asking as OperationState;
  }

  /** The plan that waits for approval. */
  async untilAsked(withinSeconds = 120): Promise<{ state: OperationState; hash: string }> {
    const state = await this.untilState('asks for approval', isAsked, withinSeconds);
    return { state, hash: state.plan?.hash ?? '' };
  }

  async untilParked(step: string, withinSeconds = 300): Promise<{ state: OperationState; step: StepState }> {
    const parked = (state: OperationState) => state.steps.find((one) => one.id === step && one.status === 'parked');
    const state = await this.untilState(`parks at ${step}`, (now) => parked(now) !== undefined, withinSeconds);
    return { state, step: parked(state) as StepState };
  }

  /** Waits for the plan and approves exactly that one. */
  async approve(more: Record<string, Json> = {}): Promise<OperationState> {
    const { state, hash } = await this.untilAsked();
    await this.signal('approve', { plan: hash, by: BY, ...more });
    return state;
  }

  /** Approves whatever plan is asked, also a new one where reality moved on after the first, and answers the result. */
  async approveEach<Result extends OperationResult>(more: Record<string, Json> = {}): Promise<Result> {
    const approved = new Set<string>();
    await until(`${this.handle.workflowId} asks for nothing more`, 300, async () => {
      const state = await this.state();
      const hash = state?.plan?.hash ?? '';
      if (state?.awaiting === 'operator') throw new Error(`${this.handle.workflowId} parked: ${state.awaitingBecause}`);
      if (state !== undefined && isAsked(state) && !approved.has(hash)) {
        approved.add(hash);
        await this.signal('approve', { plan: hash, by: BY, ...more });
      }
      return this.isClosed();
    });
    return this.result<Result>();
  }

  async resume(): Promise<void> {
    await this.signal('resume', { by: BY });
  }

  async retry({ id, attempt }: StepState): Promise<void> {
    await this.signal('retry', { step: id, attempt, by: BY });
  }

  async signal(name: MessageName, payload: Json): Promise<void> {
    await this.handle.signal(name, payload);
  }

  /** The operation's own sentence, whether it took the message or refused it. */
  async update(name: MessageName, payload: Json): Promise<{ taken: boolean; sentence: string }> {
    try {
      return { taken: true, sentence: await this.handle.executeUpdate<string, [Json]>(name, { args: [payload] }) };
    } catch (error) {
      if (!(error instanceof WorkflowUpdateFailedError)) throw error;
      return { taken: false, sentence: error.cause?.message ?? error.message };
    }
  }

  /** Waits for the end. One that waits for a person instead would wait for ever, so it fails with what it waits for. */
  async end(withinSeconds = 300): Promise<End> {
    let waitingSince: number | undefined;
    await until(`${this.handle.workflowId} ends`, withinSeconds, async () => {
      if (await this.isClosed()) return true;
      const state = await this.state();
      if (state?.awaiting !== 'operator' && state?.awaiting !== 'approval') waitingSince = undefined;
      else waitingSince ??= performance.now();
      // A message that was just sent is taken at the next workflow task.
      if (waitingSince !== undefined && performance.now() - waitingSince > ANSWERED_WITHIN_SECONDS * 1000)
        throw new Error(`${this.handle.workflowId} waits for a person instead of ending: ${state?.awaitingBecause}`);
      return false;
    });
    return this.readEnd();
  }

  /** The result of one that must succeed. */
  async result<Result extends OperationResult>(withinSeconds = 300): Promise<Result> {
    const end = await this.end(withinSeconds);
    if ('result' in end) return end.result as Result;
    throw new Error(`${this.handle.workflowId} failed with ${end.code}: ${end.message}`);
  }

  /** The failure of one that must not succeed. */
  async failure(withinSeconds = 60): Promise<{ code: string; message: string }> {
    const end = await this.end(withinSeconds);
    if ('code' in end) return end;
    throw new Error(`${this.handle.workflowId} succeeded: ${end.result.summary}`);
  }

  /** Ends it whatever it waits for, and waits until it has cleaned up behind itself. */
  async abort(): Promise<void> {
    if (await this.isClosed()) return;
    await this.signal('abort', { by: BY, reason: 'the story is over' });
    await until(`${this.handle.workflowId} ends after abort`, 120, () => this.isClosed());
  }

  async isClosed(): Promise<boolean> {
    const { status } = await this.handle.describe();
    return status.name !== 'RUNNING';
  }

  private async sayEnd(): Promise<string> {
    const end = await this.readEnd();
    return 'result' in end ? end.result.summary : `${end.code}: ${end.message}`;
  }

  private async readEnd(): Promise<End> {
    try {
      return { result: (await this.handle.result()) as OperationResult };
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      const { cause } = error;
      const code = cause instanceof ApplicationFailure ? (cause.type ?? '') : (cause?.name ?? '');
      return { code, message: cause?.message ?? error.message };
    }
  }
}

const isAsked = (state: OperationState): boolean => state.awaiting === 'approval' && state.plan !== undefined;

function describe(state: OperationState | undefined): string {
  if (state === undefined) return 'no worker ever answered';
  const steps = state.steps.map(({ id, status, attempt, because }) => `${id} ${status} ${attempt} ${because ?? ''}`);
  return `${state.phase}, awaiting ${state.awaiting} (${state.awaitingBecause}); ${steps.join('; ')}`;
}
