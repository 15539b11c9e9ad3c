import {
  ApplicationFailure,
  CancellationScope,
  condition,
  defineQuery,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import { renderPage } from '../src/console/page.ts';
import type { Finding } from '../src/contract/finding.ts';
import type { Awaiting, Phase, SearchAttribute } from '../src/contract/names.ts';
import { checkInput, type OperationContract } from '../src/contract/operation.ts';
import { STATE_QUERY, type OperationState, type StepState } from '../src/contract/state.ts';
import { hostActivities, ops, type HostActivities } from './activity-profiles.ts';
import { describeFailure, isSilentHost, isStepFailure } from './failures.ts';
import { openInbox, type MessageRules } from './inbox.ts';
import { awaitingOf, type ParkedStep } from './step-gate.ts';

interface BaseInput {
  cluster: string;
  waive: string[];
}

const NO_ATTRIBUTE: Partial<Record<SearchAttribute, string>> = {};

/**
 * What every operation has in common: checked input, messages, steps that park instead of failing, the console page, the lock, and
 * what is undone at the end. The workflow file says only what is done.
 */
export class Runbook<Input extends BaseInput> {
  readonly input: Input;
  readonly state: OperationState;
  private readonly contract: OperationContract<Input>;
  private readonly parked = new Map<string, ParkedStep>();
  private readonly shown: Partial<Record<SearchAttribute, string>> = { ...NO_ATTRIBUTE };
  private readonly undos: { name: string; undo: () => Promise<unknown> }[] = [];
  private readonly work = new CancellationScope({ cancellable: true });
  private approvedHash: string | undefined;
  private rejected: string | undefined;
  private aborted: string | undefined;
  private holdsLock = false;
  private changed = false;

  /** @throws INVALID_INPUT (ends the workflow) with every problem of the input and a full example */
  constructor(contract: OperationContract<Input>, request: unknown) {
    this.contract = contract;
    const checked = checkInput(contract, request);
    if ('problems' in checked) throw invalidInput(contract, checked.problems);
    this.input = checked.input;
    this.state = {
      operation: contract.name,
      cluster: this.input.cluster,
      target: this.input.cluster,
      workflowId: workflowInfo().workflowId,
      phase: 'observe',
      awaiting: 'none',
      awaitingBecause: '',
      paused: false,
      steps: [],
      findings: [],
      waived: this.input.waive,
      refusedMessages: [],
    };
    setHandler(defineQuery<OperationState>(STATE_QUERY), () => this.state, {
      description: 'where the operation is, as JSON',
    });
    openInbox(this.rules(), (sentence) => this.refuse(sentence));
    this.publish();
  }

  get cluster(): string {
    return this.input.cluster;
  }

  /** Something was changed that stays: from here on the agents are kept, whatever happens. */
  get hasChanged(): boolean {
    return this.changed;
  }

  /**
   * Runs the whole operation. Whatever way it ends, the lock is released and what was only prepared is taken back, also when the
   * operation is cancelled; a failed undo is reported and does not hide the first failure.
   */
  async run<Result>(body: () => Promise<Result>): Promise<Result> {
    try {
      return await this.work.run(body);
    } catch (error) {
      if (this.aborted !== undefined) throw this.abortedFailure();
      throw error;
    } finally {
      await CancellationScope.nonCancellable(() => this.cleanUp());
    }
  }

  enter(phase: Phase): void {
    this.state.phase = phase;
    this.publish();
  }

  /** Registers what takes back a preparation. Called before the preparation; runs last-in first-out, unless something was changed. */
  undoUnlessChanged(name: string, undo: () => Promise<unknown>): void {
    this.undos.push({ name, undo });
  }

  /**
   * One step. It never fails for want of a person: when its attempts are used up it parks with one sentence and waits for `retry`,
   * `skip` or `abort`. Skipped, it gives `undefined`.
   */
  async step<Result>(id: string, body: () => Promise<Result>): Promise<Result> {
    return (await this.attempt(id, 'compulsory', body)) as Result;
  }

  /** A step of the plan. What the plan leaves out, because it is there already, is not touched. */
  async planned<Result>(id: string, body: () => Promise<Result>): Promise<Result | undefined> {
    return this.isPlanned(id) ? this.attempt(id, 'compulsory', body) : undefined;
  }

  /** A step of the plan without which the cluster serves: a person may skip it. */
  async optionalStep<Result>(id: string, body: () => Promise<Result>): Promise<Result | undefined> {
    return this.isPlanned(id) ? this.attempt(id, 'optional', body) : undefined;
  }

  /** Adds to what the operation reports. */
  found(findings: Finding[]): void {
    this.state.findings = mergeFindings(this.state.findings, findings);
  }

  /** Starts side by side, waits for all, then fails with the first failure: nothing is left running behind the runbook's back. */
  async together(bodies: (() => Promise<unknown>)[]): Promise<void> {
    const ends = await Promise.allSettled(bodies.map((body) => body()));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /**
   * Activities of one host. A host that does not take work is waited for by name, without a limit and without growing the history,
   * and the step goes on by itself when it is back.
   */
  host(node: string, stepId: string): HostActivities {
    const bounded = hostActivities(this.cluster, node, 'bounded');
    const patient = hostActivities(this.cluster, node, 'unlimited');
    const call = (name: keyof HostActivities) => async (input: never) => {
      const lane = name in PROBES ? 'probe' : 'disk';
      const pick = (group: typeof bounded) =>
        (group[lane] as unknown as Record<string, (input: never) => Promise<unknown>>)[name];
      try {
        return await pick(bounded)?.(input);
      } catch (error) {
        if (!isSilentHost(error)) throw error;
        return await this.whileHostIsSilent(node, stepId, async () => pick(patient)?.(input));
      }
    };
    return new Proxy({} as HostActivities, { get: (_, name) => call(name as keyof HostActivities) });
  }

  /** From here on the operation changes the cluster. */
  beginChanges(): void {
    this.changed = true;
    for (const step of this.state.plan?.steps ?? []) this.entry(step.id, 'compulsory');
    this.enter('apply');
  }

  async untilAnsweredPlan(hash: string): Promise<'approved' | 'rejected'> {
    this.approvedHash = undefined;
    this.await('approval', `plan ${hash.slice(0, 12)} waits for approve or reject`);
    await condition(() => this.approvedHash === hash || this.rejected !== undefined);
    this.await('none', '');
    return this.rejected === undefined ? 'approved' : 'rejected';
  }

  get rejectedBecause(): string {
    return this.rejected ?? '';
  }

  /** Takes the cluster for this operation; waits visibly while another one holds it. */
  async lock(untilTaken: (request: LockRequest) => Promise<unknown>): Promise<void> {
    const { workflowId, runId } = workflowInfo();
    const request = {
      cluster: this.cluster,
      operation: this.contract.name,
      target: this.state.target,
      workflowId,
      runId,
    };
    this.enter('lock');
    // Registered before it is taken: an answer that got lost must still be followed by a release.
    this.holdsLock = true;
    const taken = await ops.takeOperation(request);
    if (taken.taken) return;
    this.await('operation', taken.because);
    await untilTaken(request);
    this.await('none', '');
  }

  async unlock(): Promise<void> {
    if (!this.holdsLock) return;
    const { workflowId, runId } = workflowInfo();
    await ops.releaseOperation({ cluster: this.cluster, workflowId, runId });
    this.holdsLock = false;
  }

  await(awaiting: Awaiting, because: string): void {
    this.state.awaiting = awaiting;
    this.state.awaitingBecause = because;
    this.publish();
  }

  /** Parks outside any activity: the plan itself shows why it cannot go on. */
  async parkOn(id: string, sentence: string): Promise<void> {
    const step = this.entry(id, 'compulsory');
    await this.park(step, sentence);
    step.status = 'done';
    this.publish();
  }

  private async attempt<Result>(
    id: string,
    kind: 'compulsory' | 'optional',
    body: () => Promise<Result>,
  ): Promise<Result | undefined> {
    const step = this.entry(id, kind);
    for (;;) {
      await condition(() => !this.state.paused || this.aborted !== undefined);
      if (this.aborted !== undefined) throw this.abortedFailure();
      step.attempt += 1;
      this.mark(step, 'running');
      try {
        const result = await body();
        this.mark(step, 'done');
        return result;
      } catch (error) {
        if (isCancellation(error) || this.aborted !== undefined || !isStepFailure(error)) {
          this.mark(step, 'failed', this.aborted === undefined ? 'cancelled' : 'aborted');
          throw error;
        }
        const failed = describeFailure(error);
        if (failed.details?.class === 'InvalidRequest' && !this.changed) throw error;
        this.found(failed.details?.findings ?? []);
        if ((await this.park(step, failed.sentence)) === 'skip') {
          this.mark(step, 'skipped', `skipped: ${failed.sentence}`);
          return undefined;
        }
      }
    }
  }

  private async park(step: StepState, sentence: string): Promise<'retry' | 'skip'> {
    if (step.attempt === 0) step.attempt = 1;
    const parked: ParkedStep = { step, answer: undefined };
    this.parked.set(step.id, parked);
    this.mark(step, 'parked', sentence);
    try {
      await condition(() => parked.answer !== undefined || this.aborted !== undefined);
    } finally {
      this.parked.delete(step.id);
    }
    if (this.aborted !== undefined) throw this.abortedFailure();
    return parked.answer ?? 'retry';
  }

  private async whileHostIsSilent<Result>(node: string, stepId: string, work: () => Promise<Result>): Promise<Result> {
    const step = this.entry(stepId, 'compulsory');
    this.mark(
      step,
      'waiting-for-host',
      `host ${node} has not taken work since ${new Date().toISOString()}; it goes on by itself`,
    );
    const result = await work();
    this.mark(step, 'running');
    return result;
  }

  private isPlanned(id: string): boolean {
    return this.state.plan?.steps.some((step) => step.id === id) ?? false;
  }

  private entry(id: string, kind: 'compulsory' | 'optional'): StepState {
    const known = this.state.steps.find((step) => step.id === id);
    if (known !== undefined) {
      known.skippable ||= kind === 'optional';
      return known;
    }
    const step: StepState = { id, status: 'pending', attempt: 0, skippable: kind === 'optional' };
    this.state.steps.push(step);
    return step;
  }

  private mark(step: StepState, status: StepState['status'], because?: string): void {
    step.status = status;
    if (because === undefined) delete step.because;
    else step.because = because;
    if (status === 'running' && step.startedAt === undefined) step.startedAt = new Date().toISOString();
    if (status === 'done' || status === 'skipped' || status === 'failed') step.endedAt = new Date().toISOString();
    const { awaiting, because: why } = awaitingOf(this.state.steps);
    this.await(awaiting, why);
  }

  private async cleanUp(): Promise<void> {
    this.enter('undo');
    const problems: string[] = [];
    const tryTo = async (name: string, act: () => Promise<unknown>) => {
      try {
        await act();
      } catch (error) {
        if (!isStepFailure(error)) throw error;
        problems.push(`${name}: ${describeFailure(error).sentence}`);
      }
    };
    if (!this.changed) for (const { name, undo } of this.undos.toReversed()) await tryTo(name, undo);
    await tryTo('release the cluster', () => this.unlock());
    for (const because of problems)
      this.state.findings.push({
        code: 'UNDO_FAILED',
        severity: 'warning',
        because,
        remedy: 'Start the operation again; it finds what is left.',
      });
    this.enter('ended');
  }

  private publish(): void {
    const wanted: Partial<Record<SearchAttribute, string>> = {
      CephCluster: this.state.cluster,
      CephOperation: this.state.operation,
      CephTarget: this.state.target,
      CephPhase: this.state.phase,
      CephAwaiting: this.state.awaiting,
    };
    const changes = (Object.keys(wanted) as SearchAttribute[]).filter((name) => this.shown[name] !== wanted[name]);
    if (changes.length > 0)
      upsertSearchAttributes(
        changes.map((name) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value: wanted[name] ?? '' })),
      );
    Object.assign(this.shown, wanted);
    setCurrentDetails(renderPage(this.state));
  }

  private refuse(sentence: string): void {
    this.state.refusedMessages = [...this.state.refusedMessages, sentence].slice(-5);
    this.publish();
  }

  private abortedFailure(): ApplicationFailure {
    const left = this.changed
      ? 'What was made so far stays; the same operation goes on from there, teardown takes it away.'
      : 'Nothing of the cluster was changed.';
    return ApplicationFailure.nonRetryable(
      `${this.contract.name} of ${this.cluster} was aborted by ${this.aborted}. ${left}`,
      'ABORTED',
    );
  }

  private rules(): MessageRules {
    const ofStep = (message: { step: string; attempt: number }): string | undefined => {
      const parked = this.parked.get(message.step);
      if (parked === undefined) return `step ${message.step} is not parked, so nothing was done`;
      if (parked.step.attempt !== message.attempt || parked.answer !== undefined)
        return `step ${message.step} is parked at attempt ${parked.step.attempt}, not ${message.attempt}, so nothing was done`;
      return undefined;
    };
    const beforeEnd = () => (this.state.phase === 'ended' ? 'the operation has ended, so nothing was done' : undefined);
    return {
      approve: {
        problem: (message) => this.approvalProblem(message),
        obey: (message) => {
          this.approvedHash = this.state.plan?.hash;
          this.state.approvedBy = message.by;
          return `plan ${message.plan} is approved by ${message.by}; it goes on`;
        },
      },
      reject: {
        problem: () => (this.changed ? 'the plan is being applied; send abort to stop it' : beforeEnd()),
        obey: (message) => {
          this.rejected = `${message.by}: ${message.reason}`;
          return `rejected by ${message.by}; it ends without a change`;
        },
      },
      retry: {
        problem: ofStep,
        obey: (message) => {
          this.answer(message.step, 'retry');
          return `step ${message.step} is tried again`;
        },
      },
      skip: {
        problem: (message) =>
          ofStep(message) ??
          (this.parked.get(message.step)?.step.skippable === true
            ? undefined
            : `step ${message.step} cannot be skipped: the outcome rests on it`),
        obey: (message) => {
          this.answer(message.step, 'skip');
          return `step ${message.step} is skipped`;
        },
      },
      abort: {
        problem: beforeEnd,
        obey: (message) => {
          this.aborted = `${message.by}: ${message.reason}`;
          this.work.cancel();
          return `aborting: running writes are let finish, what is reversible is undone`;
        },
      },
      pause: { problem: beforeEnd, obey: (message) => this.setPaused('paused', message.by) },
      resume: { problem: beforeEnd, obey: (message) => this.setPaused('going on', message.by) },
    };
  }

  private approvalProblem(message: { plan: string; cluster?: string | undefined }): string | undefined {
    const hash = this.state.plan?.hash;
    if (this.state.awaiting !== 'approval' || hash === undefined)
      return `no plan waits for approval in phase ${this.state.phase}`;
    if (!hash.startsWith(message.plan))
      return `plan ${message.plan} is not the one asked now (${hash.slice(0, 12)}), so nothing was done`;
    if (this.contract.approvalNamesCluster && message.cluster !== this.cluster)
      return `approving ${this.contract.name} needs "cluster":"${this.cluster}" in the message, so nothing was done`;
    return undefined;
  }

  private answer(id: string, answer: 'retry' | 'skip'): void {
    const parked = this.parked.get(id);
    if (parked !== undefined) parked.answer = answer;
  }

  private setPaused(word: 'paused' | 'going on', by: string): string {
    this.state.paused = word === 'paused';
    this.publish();
    return `${word}, as ${by} wished${word === 'paused' ? '; steps that run are let finish' : ''}`;
  }
}

export interface LockRequest {
  cluster: string;
  operation: string;
  target: string;
  workflowId: string;
  runId: string;
}

/** Which activities of a host only read; all others go through the queue that does one change at a time. */
const PROBES = { readHost: true, findDaemons: true, observeHost: true, requireNoDaemons: true };

function invalidInput(contract: { name: string; example: unknown }, problems: string[]): ApplicationFailure {
  const example = JSON.stringify(contract.example);
  return ApplicationFailure.nonRetryable(
    `${contract.name} could not start: ${problems.join('; ')}. Start it again with, for example, ${example}`,
    'INVALID_INPUT',
  );
}

function mergeFindings(
  known: OperationState['findings'],
  more: OperationState['findings'],
): OperationState['findings'] {
  const name = (finding: OperationState['findings'][number]) =>
    `${finding.code} ${finding.target ?? ''} ${finding.because}`;
  const seen = new Set(known.map(name));
  return [...known, ...more.filter((finding) => !seen.has(name(finding)))];
}
