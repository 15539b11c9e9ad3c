import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { CancelledFailure } from '@temporalio/common';
import type { AgentDeps } from '../../activities/ceph/agent-deps.ts';
import type { ProgramCall, ProgramResult } from '../../src/ceph/command.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import { CephflowError, failure } from '../../src/errors.ts';
import { FSID } from '../domain/disk-facts-builder.ts';
import type { Plan } from '../../src/contract/plan.ts';
import { isChange, runOn } from './modelled-ceph.ts';
import type { ModelledWorld } from './modelled-world.ts';

/** What happens around one `ceph` command of a run, counted from its first one. */
export interface Fault {
  /** Number of the command. */
  at: number;
  /** Only commands that change something are counted; else all are. */
  counts: 'changes' | 'all';
  /**
   * `kill`: the agent dies, and the activity is called again. `refuse`: the command fails. `abort`: a person ends the operation, which undoes.
   * `terminate`: the workflow is ended for good, and nothing is undone.
   */
  does: 'kill' | 'refuse' | 'abort' | 'terminate';
  /** Of the command's own effect. */
  when: 'before' | 'after';
}

/** How a run ended. `code` is that of the last failure for which it was parked. */
export interface Ending {
  state: 'done' | 'nothing-to-do' | 'parked' | 'aborted' | 'terminated';
  code?: string;
  /** What could not be undone. */
  left: string[];
  /** Activities that waited until a person lost patience, although every PG had a place for each of its copies. */
  stuck: string[];
  /** Its plan was approved, so that it may have changed something. */
  changed: boolean;
  /** Names of the activities that were called, once for each time in a row. */
  calls: string[];
}

/** The agent's process ended. */
class Killed extends Error {}
class Rejected extends Error {}
/** The workflow was terminated. */
class Terminated extends Error {}

/** Own failures of one activity before its step parks, as worker/activity-failures.ts has it. */
const TRIES = 5;
const PERSON_ANSWERS_AFTER_SECONDS = 120;
/** Nobody looks at a wait that makes no progress for longer. */
const PATIENCE_SECONDS = 2400;

/** What goes wrong in one run, and who answers. */
export interface Trouble {
  faults: readonly Fault[];
  /** How often a person sends `retry` to a parked step before they abort. */
  retries: number;
}

/**
 * Runs real activities on a modelled cluster, as worker, server and runbook do: tried again where they may be, parked where not, and every
 * ending undoes (workflows/runbook.ts and steps.ts). Time passes only while activities sleep or a person thinks.
 */
export class ModelledRun {
  private readonly calls: string[] = [];
  private readonly stuck: string[] = [];
  private readonly world: ModelledWorld;
  private readonly trouble: Trouble;
  private readonly undos: { name: string; undo: () => Promise<unknown>; isPointless: () => boolean }[] = [];
  private readonly counted = { all: 0, changes: 0 };
  private code: string | undefined;
  private undoing = false;
  private changed = false;

  constructor(world: ModelledWorld, trouble: Trouble) {
    this.world = world;
    this.trouble = trouble;
  }

  get deps(): AgentDeps {
    return { kubernetes: this.world.kubernetes, openSession: () => this.session() } as unknown as AgentDeps;
  }

  session(): Promise<CephSession> {
    const run = (call: ProgramCall): Promise<ProgramResult> => this.ceph(call);
    return Promise.resolve({ fsid: FSID, monHost: '', connection: [], monEndpoints: {}, run });
  }

  undoUnless(name: string, undo: () => Promise<unknown>, isPointless: () => boolean): void {
    this.changed = true;
    this.undos.push({ name, undo, isPointless });
  }

  /** A step of the runbook: parks until a person sends `retry`, or loses patience and aborts. */
  async step<Result>(body: () => Promise<Result>): Promise<Result> {
    for (let answers = 0; ; answers += 1) {
      try {
        return await body();
      } catch (error) {
        if (!(error instanceof CephflowError)) throw error;
        this.code = error.code;
        if (answers >= this.trouble.retries) throw new CancelledFailure('abort');
        this.world.cluster.pass(PERSON_ANSWERS_AFTER_SECONDS * 1000);
      }
    }
  }

  /** Steps of this plan; what it leaves out is not touched. */
  plannedBy({ steps }: Plan): (id: string, body: () => Promise<unknown>) => Promise<void> {
    return async (id, body) => {
      if (steps.some((one) => one.id === id)) await this.step(body);
    };
  }

  /** The plan is blocked, and a person rejects it. */
  reject(code: string): never {
    this.code = code;
    throw new Rejected();
  }

  /** An activity whose outside is a host or Kubernetes, which the model has in a few lines. It may be killed on either side of them. */
  async outside<Result>(name: string, act: () => Result): Promise<Result> {
    return this.activity(name, () => this.struck('outside', name, act));
  }

  /** One activity, called again as Temporal would. */
  async activity<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
    if (this.calls.at(-1) !== name) this.calls.push(name);
    for (let failures = 0; ;) {
      try {
        return await this.attempt(act);
      } catch (error) {
        const again = error instanceof Killed || (error instanceof CephflowError && error.retryable);
        if (!(error instanceof Killed)) failures += 1;
        if (!again || failures >= TRIES) throw error;
        this.world.cluster.pass(1000);
      }
    }
  }

  /** Runs the whole operation; whatever way it ends, what was registered is undone. */
  async toItsEnd(body: () => Promise<'done' | 'nothing-to-do'>): Promise<Ending> {
    const { calls, stuck } = this;
    const left: string[] = [];
    let state: Ending['state'];
    try {
      state = await body();
    } catch (error) {
      if (error instanceof Terminated) return { state: 'terminated', left, calls, stuck, changed: this.changed };
      if (error instanceof Rejected) state = 'parked';
      else if (error instanceof CancelledFailure) state = 'aborted';
      else throw error;
    }
    this.undoing = true;
    for (const { name, undo, isPointless } of this.undos.toReversed()) {
      if (isPointless()) continue;
      try {
        await this.activity(name, undo);
      } catch (error) {
        if (error instanceof Terminated) return { state: 'terminated', left, calls, stuck, changed: this.changed };
        if (!(error instanceof CephflowError)) throw error;
        left.push(`${name}: ${error.message}`);
      }
    }
    return {
      state,
      left,
      calls,
      stuck,
      changed: this.changed,
      ...(this.code === undefined ? {} : { code: this.code }),
    };
  }

  private async attempt<Result>(act: () => Promise<Result>): Promise<Result> {
    const { cluster } = this.world;
    const environment = new MockActivityEnvironment({}, { logger: QUIET });
    const since = cluster.milliseconds;
    const sleep = (duration: number): Promise<void> => {
      cluster.pass(duration);
      if (cluster.milliseconds - since < PATIENCE_SECONDS * 1000) return Promise.resolve();
      if (!cluster.lacksPlaces()) this.stuck.push(this.calls.at(-1) ?? '');
      return Promise.reject(new CancelledFailure('abort'));
    };
    Object.assign(environment.context, { sleep });
    return environment.run(act);
  }

  private ceph(call: ProgramCall): Promise<ProgramResult> {
    const kind = isChange(call) ? 'changes' : 'reads';
    return this.struck(kind, call.title, () => runOn(this.world.cluster, call));
  }

  // oxlint-disable-next-line typescript/require-await -- what it throws has to be a rejection, as of a program
  private async struck<Result>(
    kind: 'changes' | 'reads' | 'outside',
    what: string,
    act: () => Result,
  ): Promise<Result> {
    this.counted.all += 1;
    if (kind !== 'reads') this.counted.changes += 1;
    const fault = this.trouble.faults.find(
      ({ counts, at }) => this.counted[counts] === at && (counts === 'all' || kind !== 'reads'),
    );
    if (fault?.when === 'before') this.strike(fault, what);
    const result = act();
    if (fault?.when === 'after') this.strike(fault, what);
    return result;
  }

  private strike({ does, when }: Fault, what: string): void {
    if (does === 'kill') throw new Killed();
    if (does === 'refuse') throw failure('COMMAND_FAILED', `"${what}" was not answered (${when})`);
    if (does === 'terminate') throw new Terminated();
    // Nobody can abort what undoes: it is not cancellable.
    if (!this.undoing) throw new CancelledFailure('abort');
  }
}

const QUIET = new DefaultLogger('ERROR');
