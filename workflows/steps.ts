import { ApplicationFailure, condition, isCancellation } from '@temporalio/workflow';
import type { Finding } from '../src/contract/finding.ts';
import type { OperationState, StepState, StepStatus } from '../src/contract/state.ts';
import { inStep } from './current-step.ts';
import { describeFailure, isStepFailure } from './failures.ts';
import { awaitingOf, type ParkedStep } from './step-gate.ts';

/** What steps need to know of the operation around them. */
export interface Surroundings {
  readonly state: OperationState;
  hasChanged: () => boolean;
  /** Who aborted it and why; `undefined` while nobody did. */
  aborted: () => string | undefined;
  abortedFailure: () => ApplicationFailure;
  /** Shows the state. */
  show: () => void;
}

/** Steps that park instead of failing: each waits for a person by name and attempt, and never spins. */
export class Steps {
  readonly parked = new Map<string, ParkedStep>();
  private readonly around: Surroundings;

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** Runs a step until it is done, skipped (then `undefined`), or the operation is aborted or cancelled. */
  async run<Result>(id: string, kind: StepKind, body: () => Promise<Result>): Promise<Result | undefined> {
    const { state } = this.around;
    const step = this.entry(id, kind);
    for (;;) {
      await condition(() => !state.paused || this.around.aborted() !== undefined);
      if (this.around.aborted() !== undefined) throw this.around.abortedFailure();
      step.attempt += 1;
      this.mark(step, 'running');
      try {
        const result = await inStep(id, body);
        this.mark(step, 'done');
        return result;
      } catch (error) {
        const sentence = this.parkable(step, kind, error);
        if ((await this.park(step, sentence)) === 'skip') {
          this.mark(step, 'skipped', `skipped: ${sentence}`);
          return undefined;
        }
      }
    }
  }

  /** Waits for `retry` outside any activity: the plan itself shows why it cannot go on. */
  async parkOn(id: string, sentence: string): Promise<void> {
    const step = this.entry(id, 'compulsory');
    await this.park(step, sentence);
    this.mark(step, 'done');
  }

  /** Shows what is to come. */
  expect(ids: string[]): void {
    for (const id of ids) this.entry(id, 'compulsory');
    this.around.show();
  }

  /** Shows that a host takes no work, for as long as `work` runs. */
  async whileHostIsSilent<Result>(node: string, id: string, work: () => Promise<Result>): Promise<Result> {
    const step = this.entry(id, 'compulsory');
    const since = new Date().toISOString();
    this.mark(
      step,
      'waiting-for-host',
      `host ${node} has not taken work since ${since}; it goes on by itself when the host is back`,
    );
    const result = await work();
    // A late answer of a step that has parked meanwhile changes nothing.
    if (step.status === 'waiting-for-host') this.mark(step, 'running');
    return result;
  }

  found(findings: Finding[]): void {
    const { state } = this.around;
    const name = (finding: Finding) => `${finding.code} ${finding.target ?? ''} ${finding.because}`;
    const known = new Set(state.findings.map(name));
    state.findings = [...state.findings, ...findings.filter((finding) => !known.has(name(finding)))];
  }

  /** The sentence to park with. Throws on what a person's `retry` cannot mend: cancel, abort, a bad request, a bug of a workflow. */
  private parkable(step: StepState, kind: StepKind, error: unknown): string {
    const { aborted, hasChanged } = this.around;
    if (isCancellation(error) || aborted() !== undefined || !isStepFailure(error)) {
      this.mark(step, 'failed', aborted() === undefined ? 'cancelled' : 'aborted');
      throw error;
    }
    const failed = describeFailure(error);
    if (failed.details?.class === 'InvalidRequest' && kind !== 'always-parks' && !hasChanged()) {
      this.mark(step, 'failed', failed.sentence);
      throw ApplicationFailure.nonRetryable(failed.sentence, failed.code, failed.details);
    }
    this.found(failed.details?.findings ?? []);
    return failed.sentence;
  }

  private async park(step: StepState, sentence: string): Promise<'retry' | 'skip'> {
    if (step.attempt === 0) step.attempt = 1;
    const parked: ParkedStep = { step, answer: undefined };
    this.parked.set(step.id, parked);
    this.mark(step, 'parked', sentence);
    try {
      await condition(() => parked.answer !== undefined || this.around.aborted() !== undefined);
    } finally {
      this.parked.delete(step.id);
    }
    if (this.around.aborted() !== undefined) throw this.around.abortedFailure();
    return parked.answer ?? 'retry';
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

/**
 * `optional`: the cluster serves without it, so a person may skip it. `always-parks`: it comes after an approval, which would be lost if
 * a request that cannot be honoured ended the operation.
 */
export type StepKind = 'compulsory' | 'optional' | 'always-parks';
