import type { OperationState } from '../contract/state.ts';
import { CommandError, Interrupted } from './command-error.ts';
import type { CommandContext } from './context.ts';
import { displayFor, type Display } from './display.ts';
import { EXIT } from './exit-codes.ts';
import type { Ending, StateAnswer, TemporalPort } from './temporal-port.ts';

const POLL_MILLISECONDS = 1000;
/** Temporal may be restarted while an operation is followed; only a longer silence ends the command. */
const UNREACHABLE_SECONDS = 120;

/** Decides about the plan that is asked now; `left` ends the following. Called once per plan. */
export type ApprovalDesk = (state: OperationState) => Promise<'sent' | 'left'>;

export interface FollowRequest {
  id: string;
  runId: string;
  timeoutSeconds?: number;
  /** `until-person`: stop as soon as someone must act and nobody sits here. `until-end`: someone will act elsewhere. */
  patience: 'until-person' | 'until-end';
  desk?: ApprovalDesk;
}

export type FollowEnd =
  | { kind: 'ended'; ending: Ending }
  | { kind: 'person-needed'; state: OperationState }
  | { kind: 'timed-out' }
  | { kind: 'interrupted' };

/**
 * Follows an operation to its end, to the first need of a person, or to Ctrl-C. Never changes it: leaving detaches, and the
 * operation goes on.
 */
export async function follow(context: CommandContext, request: FollowRequest): Promise<FollowEnd> {
  const stop = new AbortController();
  const release = context.io.onInterrupt(() => stop.abort());
  const display = displayFor(context, request.id);
  try {
    return await new Following(context, await context.temporal(), request, display, stop.signal).toItsEnd();
  } finally {
    release();
    display.leave();
  }
}

class Following {
  readonly #context: CommandContext;
  readonly #temporal: TemporalPort;
  readonly #request: FollowRequest;
  readonly #display: Display;
  readonly #signal: AbortSignal;
  readonly #interruption: Promise<FollowEnd>;
  readonly #deadline: number;
  readonly #decided = new Set<string>();
  #last: OperationState | undefined;
  #unreachableSince: number | undefined;

  constructor(
    context: CommandContext,
    temporal: TemporalPort,
    request: FollowRequest,
    display: Display,
    signal: AbortSignal,
  ) {
    this.#context = context;
    this.#temporal = temporal;
    this.#request = request;
    this.#display = display;
    this.#signal = signal;
    this.#interruption = new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ kind: 'interrupted' }), { once: true });
    });
    this.#deadline = context.io.now() + (request.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  }

  async toItsEnd(): Promise<FollowEnd> {
    for (;;) {
      // Raced, so that Ctrl-C does not wait for a worker that does not answer.
      const end = await Promise.race([this.#look(), this.#interruption]);
      if (end !== undefined) return end;
      if (this.#context.io.now() >= this.#deadline) return { kind: 'timed-out' };
      await this.#context.io.sleep(POLL_MILLISECONDS, this.#signal);
    }
  }

  async #look(): Promise<FollowEnd | undefined> {
    try {
      const end = await this.#lookOnce();
      this.#unreachableSince = undefined;
      return end;
    } catch (error) {
      if (error instanceof Interrupted) return { kind: 'interrupted' };
      return this.#rideOut(error);
    }
  }

  #rideOut(error: unknown): undefined {
    if (!(error instanceof CommandError) || error.exitCode !== EXIT.unreachable) throw error;
    const now = this.#context.io.now();
    this.#unreachableSince ??= now;
    if (now - this.#unreachableSince > UNREACHABLE_SECONDS * 1000) throw error;
    this.#display.note('Temporal does not answer at the moment; trying again.');
    return undefined;
  }

  async #lookOnce(): Promise<FollowEnd | undefined> {
    const { id, runId } = this.#request;
    const execution = await this.#temporal.describe(id);
    if (execution?.status === 'running') return await this.#react(await this.#temporal.readState(id, execution.runId));
    const ending = await this.#temporal.ending(id, runId);
    this.#showLast(ending);
    return { kind: 'ended', ending };
  }

  async #react(answer: StateAnswer): Promise<FollowEnd | undefined> {
    if (this.#signal.aborted) return { kind: 'interrupted' };
    if (answer.kind === 'silent') {
      this.#display.note(
        'No worker answers at the moment; Temporal keeps the operation, which goes on when one is back.',
      );
      return undefined;
    }
    const { state } = answer;
    this.#last = state;
    this.#display.show(state);
    if (state.awaiting === 'approval' && state.plan !== undefined) return await this.#decide(state, state.plan.hash);
    if (state.awaiting === 'operator' && this.#request.patience === 'until-person')
      return { kind: 'person-needed', state };
    return undefined;
  }

  /** Once per plan: until the worker has taken the approval, the state still says that it waits for it. */
  async #decide(state: OperationState, hash: string): Promise<FollowEnd | undefined> {
    if (this.#decided.has(hash)) return undefined;
    this.#decided.add(hash);
    const { desk, patience } = this.#request;
    if (desk === undefined) return patience === 'until-person' ? { kind: 'person-needed', state } : undefined;
    this.#display.leave();
    return (await desk(state)) === 'sent' ? undefined : { kind: 'person-needed', state };
  }

  /** What changed since the last look, told from the result, since the query may find no worker any more. */
  #showLast(ending: Ending): void {
    if (ending.kind !== 'finished' || this.#last === undefined) return;
    const { steps, findings } = ending.result;
    this.#display.show({ ...this.#last, phase: 'ended', awaiting: 'none', awaitingBecause: '', steps, findings });
  }
}
