import { ApplicationFailure, CancelledFailure, condition, isCancellation } from '@temporalio/workflow';
import type { SilentHost } from '../src/contract/host-activities.ts';
import type { OperationState, StepState, StepStatus } from '../src/contract/state.ts';
import { ops } from './activity-profiles.ts';
import { addFindings } from './add-findings.ts';
import { inStep } from './current-step.ts';
import { describeFailure, isStepFailure, type FailedStep } from './failures.ts';
import { knowsSilence, mayBeSilence, silentHostsBehind, unlessAnswered } from './silent-hosts.ts';
import {
  Answered,
  awaitingOf,
  describeWait,
  isSkippableInSilence,
  namesOf,
  newGate,
  type Answer,
  type Ended,
  type Gate,
  type Gated,
  type HostWait,
  type LeftHost,
  type StepKind,
} from './step-gate.ts';

/** What steps need to know of the operation around them. */
export interface Surroundings {
  readonly state: OperationState;
  hasChanged: () => boolean;
  /** Hosts without which no later step can be done; none until there is a plan. */
  hosts: () => readonly string[];
  /** Who aborted it and why; `undefined` while nobody did. An abort also cancels the scope in which steps run. */
  aborted: () => string | undefined;
  /** Shows the state. */
  show: () => void;
}

/**
 * Steps that park instead of failing: each waits for a person by name and attempt, and never spins.
 *
 * A step is pending, then an attempt is running. The attempt waits for silent hosts of its own work (waiting-for-host, and running again),
 * and is done or fails. What failed waits for hosts (waiting-for-host) or for a person (parked); the answer is another attempt, or skipped.
 * Paused, no attempt begins. Aborted or cancelled, what ran or waited for a host has failed, and what is parked stays so for the record.
 * Each wait has a gate of its own, and at most one is open per step.
 */
export class Steps {
  /** Steps that take an answer now: parked ones, and those that wait for a host. */
  readonly gates = new Map<string, Gate>();
  /** Hosts that were left out by `skip`, by name. */
  readonly left = new Map<string, LeftHost>();
  /** The newest attempt of each step, as the gate of its own work. */
  private readonly attempts = new Map<string, Gate>();
  private readonly around: Surroundings;

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** Runs a step until it is done, skipped (then `undefined`), or the operation is aborted or cancelled. */
  async run<Result>(id: string, kind: StepKind, body: () => Promise<Result>): Promise<Result | undefined> {
    const { state } = this.around;
    const step = this.entry(id, kind);
    for (;;) {
      // An answered step must not look as if it still asked.
      if (state.paused && knowsSilence()) this.mark(step, 'pending');
      await condition(() => !state.paused);
      const attempt = this.begin(step, kind);
      try {
        const result = await inStep(id, body);
        this.end(attempt);
        this.mark(step, 'done');
        return result;
      } catch (error) {
        this.end(attempt);
        const { answer, sentence } = await this.afterFailure(attempt, error);
        if (answer === 'skip' && kind !== 'goes-on-without') {
          this.mark(step, 'skipped', `skipped: ${sentence}`);
          return undefined;
        }
      }
    }
  }

  /** A step that is not done, because its host was left out of an earlier one. */
  leaveOut(id: string, because: string): void {
    this.mark(this.entry(id, 'compulsory'), 'skipped', because);
  }

  /** Waits for `retry` outside any activity: the plan itself shows why it cannot go on. */
  async parkOn(id: string, sentence: string): Promise<void> {
    const step = this.entry(id, 'compulsory');
    await this.park({ step, kind: 'compulsory' }, sentence);
    this.mark(step, 'done');
  }

  /** Waits outside any step's work until one of the hosts is back, or a person sends `retry`. */
  async waitOn(id: string, hosts: SilentHost[], sentence: string): Promise<void> {
    const step = this.entry(id, 'compulsory');
    await this.waitForHosts({ step, kind: 'compulsory' }, { hosts, wanted: 'any', sentence });
    this.mark(step, 'done');
  }

  /** Shows what is to come. */
  expect(ids: string[]): void {
    for (const id of ids) this.entry(id, 'compulsory');
    this.around.show();
  }

  /** The attempt that runs now: what waits for a host belongs to it, and ends with it. */
  attemptOf(id: string): Gate {
    const attempt = this.attempts.get(id);
    if (attempt === undefined) throw new Error(`step ${id} has not begun, so nothing can wait for it`);
    return attempt;
  }

  /**
   * Shows that a host takes no work, for as long as `work` runs; several hosts of one attempt share its gate.
   * @throws Answered where a person does not want to wait for it
   * @throws CancelledFailure where the attempt has failed meanwhile
   */
  async whileHostIsSilent<Result>(attempt: Gate, node: string, work: () => Promise<Result>): Promise<Result> {
    const { step } = attempt;
    // The step may ask for something else by now; this wait would be shown instead of it, and take its answer.
    if (attempt.over && knowsSilence()) throw new CancelledFailure(`${step.id} has failed meanwhile`);
    const host = { node, since: new Date().toISOString() };
    attempt.hosts = [...attempt.hosts, host];
    // Else it is an old history, in which what the step asks for by now must stay answerable.
    if (!attempt.over) this.open(attempt);
    this.mark(step, 'waiting-for-host', describeWait(attempt));
    try {
      const result = await unlessAnswered(attempt, work);
      this.isBack(attempt, host);
      if (attempt.over && knowsSilence()) return result;
      const isLast = attempt.hosts.length === 0 || !knowsSilence();
      if (isLast && step.status === 'waiting-for-host') this.mark(step, 'running');
      return result;
    } catch (error) {
      // All hosts of the gate were answered for; they are read when the attempt has ended.
      if (!(error instanceof Answered)) this.isBack(attempt, host);
      throw error;
    }
  }

  /**
   * Asks for what only hands can do, for as long as `work` waits for its outcome; shown as parked, and `retry` looks anew.
   * @throws Answered where a person sends `retry`: the step is then run again
   */
  async whileHandsWork<Result>(id: string, sentence: string, work: () => Promise<Result>): Promise<Result> {
    const attempt = this.attemptOf(id);
    this.open(attempt);
    this.mark(attempt.step, 'parked', sentence);
    const result = await unlessAnswered(attempt, work);
    this.close(attempt);
    this.mark(attempt.step, 'running');
    return result;
  }

  private begin(step: StepState, kind: StepKind): Gate {
    const attempt = newGate({ step, kind });
    this.attempts.set(step.id, attempt);
    step.attempt += 1;
    this.mark(step, 'running');
    return attempt;
  }

  /** What the attempt still waits for is called off: from here on the step may ask for something else. */
  private end(attempt: Gate): void {
    attempt.over = true;
    this.close(attempt);
  }

  /** Waits for whatever the failed step needs: a host that is back, or a person. */
  private async afterFailure(attempt: Gate, error: unknown): Promise<Ended> {
    if (error instanceof Answered) return this.leaving(error.gate);
    const failed = this.parkable(attempt, error);
    if (mayBeSilence(failed, this.around.hosts())) {
      const { cluster } = this.around.state;
      const hosts = await silentHostsBehind(failed, cluster, this.around.hosts());
      if (hosts.length > 0) return this.waitForHosts(attempt, { hosts, wanted: 'all', sentence: failed.sentence });
    }
    return { answer: await this.park(attempt, failed.sentence), sentence: failed.sentence };
  }

  /** What to park with. Throws on what a person's `retry` cannot mend: cancel, abort, a bad request, a bug of a workflow. */
  private parkable({ step, kind }: Gated, error: unknown): FailedStep {
    const { hasChanged } = this.around;
    this.throwIfOver(step, error);
    const failed = describeFailure(error);
    if (failed.details?.class === 'InvalidRequest' && kind !== 'always-parks' && !hasChanged()) {
      this.mark(step, 'failed', failed.sentence);
      throw ApplicationFailure.nonRetryable(failed.sentence, failed.code, failed.details);
    }
    // Which host is silent is shown by the wait for it, and is over with it.
    if (failed.code !== 'HOST_NOT_READY') addFindings(this.around.state, failed.details?.findings ?? []);
    return failed;
  }

  private throwIfOver(step: StepState, error: unknown): void {
    const { aborted } = this.around;
    if (!isCancellation(error) && aborted() === undefined && isStepFailure(error)) return;
    this.mark(step, 'failed', aborted() === undefined ? 'cancelled' : 'aborted');
    throw error;
  }

  private async park(of: Gated, sentence: string): Promise<Answer> {
    const gate = newGate(of);
    this.open(gate);
    this.mark(of.step, 'parked', sentence);
    try {
      await condition(() => gate.answer !== undefined);
    } finally {
      this.close(gate);
    }
    return gate.answer ?? 'retry';
  }

  /** One activity without an end of its own, so that a wait of days adds nothing to the history. */
  private async waitForHosts(of: Gated, { hosts, wanted, sentence }: HostWait): Promise<Ended> {
    const { cluster } = this.around.state;
    const gate = newGate(of, hosts);
    this.open(gate);
    this.mark(of.step, 'waiting-for-host', describeWait(gate, sentence));
    try {
      const nodes = hosts.map(({ node }) => node);
      await unlessAnswered(gate, () => ops.untilHostsAnswer({ cluster, nodes, wanted }));
      return { answer: 'retry', sentence };
    } catch (error) {
      if (error instanceof Answered) return this.leaving(gate);
      this.throwIfOver(of.step, error);
      return { answer: await this.park(of, describeFailure(error).sentence), sentence };
    } finally {
      this.close(gate);
    }
  }

  /** After `skip` of a step that is skippable for silence alone, its hosts are left out of everything that follows. */
  private leaving(gate: Gate): Ended {
    const { step, answer = 'retry', hosts, by = 'somebody' } = gate;
    if (answer === 'skip' && isSkippableInSilence(gate))
      for (const host of hosts) this.left.set(host.node, { ...host, because: `${by} sent skip for ${step.id}` });
    return { answer, sentence: `${namesOf(hosts)} did not answer, and ${by} did not want to wait` };
  }

  private open(gate: Gate): void {
    const { step, hosts } = gate;
    this.gates.set(step.id, gate);
    step.skippable = gate.kind === 'optional' || (hosts.length > 0 && isSkippableInSilence(gate));
  }

  /** Harmless where the step has opened another gate since. */
  private close(gate: Gate): void {
    const { step, kind } = gate;
    if (this.gates.get(step.id) !== gate) return;
    this.gates.delete(step.id);
    step.skippable = kind === 'optional';
  }

  private isBack(attempt: Gate, host: SilentHost): void {
    attempt.hosts = attempt.hosts.filter((other) => other !== host);
    if (attempt.over) return;
    if (attempt.hosts.length > 0) {
      if (knowsSilence()) this.mark(attempt.step, 'waiting-for-host', describeWait(attempt));
      return;
    }
    this.close(attempt);
    // An answer that came in the same moment had its host; it is none for the next one.
    attempt.answer = undefined;
  }

  private entry(id: string, kind: StepKind): StepState {
    const { steps } = this.around.state;
    const known = steps.find((step) => step.id === id);
    if (known !== undefined) {
      known.skippable ||= kind === 'optional';
      return known;
    }
    const step: StepState = { id, status: 'pending', attempt: 0, skippable: kind === 'optional' };
    steps.push(step);
    return step;
  }

  private mark(step: StepState, status: StepStatus, because?: string): void {
    const { state, show } = this.around;
    step.status = status;
    if (because === undefined) delete step.because;
    else step.because = because;
    if (status === 'running') step.startedAt ??= new Date().toISOString();
    if (status === 'done' || status === 'skipped' || status === 'failed') step.endedAt = new Date().toISOString();
    const waiting = awaitingOf(state.steps);
    state.awaiting = waiting.awaiting;
    state.awaitingBecause = waiting.because;
    show();
  }
}
