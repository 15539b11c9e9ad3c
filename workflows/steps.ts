import { ApplicationFailure, condition, isCancellation } from '@temporalio/workflow';
import type { Finding } from '../src/contract/finding.ts';
import type { SilentHost } from '../src/contract/host-activities.ts';
import type { OperationState, StepState, StepStatus } from '../src/contract/state.ts';
import { ops } from './activity-profiles.ts';
import { inStep } from './current-step.ts';
import { describeFailure, isStepFailure, type FailedStep } from './failures.ts';
import { knowsSilence, mayBeSilence, namesOf, silentHostsBehind, unlessAnswered } from './silent-hosts.ts';
import { Answered, awaitingOf, type Answer, type Gate } from './step-gate.ts';

/** What steps need to know of the operation around them. */
export interface Surroundings {
  readonly state: OperationState;
  hasChanged: () => boolean;
  /** Hosts without which no later step can be done; none until there is a plan. */
  hosts: () => readonly string[];
  /** Who aborted it and why; `undefined` while nobody did. */
  aborted: () => string | undefined;
  abortedFailure: () => ApplicationFailure;
  /** Shows the state. */
  show: () => void;
}

/** A host that a person left out of a step while it was silent. */
export interface LeftHost extends SilentHost {
  /** In which step, by whom. */
  because: string;
}

/** Steps that park instead of failing: each waits for a person by name and attempt, and never spins. */
export class Steps {
  /** Steps that take an answer now: parked ones, and those that wait for a host. */
  readonly gates = new Map<string, Gate>();
  /** Hosts that were left out by `skip`, by name. */
  readonly left = new Map<string, LeftHost>();
  private readonly kinds = new Map<string, StepKind>();
  private readonly around: Surroundings;

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** Runs a step until it is done, skipped (then `undefined`), or the operation is aborted or cancelled. */
  async run<Result>(id: string, kind: StepKind, body: () => Promise<Result>): Promise<Result | undefined> {
    const { state } = this.around;
    const step = this.entry(id, kind);
    this.kinds.set(id, kind);
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
        const { answer, sentence } = await this.afterFailure(step, kind, error);
        if (answer === 'skip') {
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
    await this.park(step, sentence);
    this.mark(step, 'done');
  }

  /** Waits outside any step's work until one of the hosts is back, or a person sends `retry`. */
  async waitOn(id: string, hosts: SilentHost[], sentence: string): Promise<void> {
    const step = this.entry(id, 'compulsory');
    await this.waitForHosts(step, { hosts, wanted: 'any', sentence });
    this.mark(step, 'done');
  }

  /** Shows what is to come. */
  expect(ids: string[]): void {
    for (const id of ids) this.entry(id, 'compulsory');
    this.around.show();
  }

  /** Shows that a host takes no work, for as long as `work` runs. @throws Answered where a person does not want to wait for it */
  async whileHostIsSilent<Result>(node: string, id: string, work: () => Promise<Result>): Promise<Result> {
    const step = this.entry(id, 'compulsory');
    const gate = this.openGate(step, [{ node, since: new Date().toISOString() }]);
    this.showWait(gate);
    try {
      const result = await unlessAnswered(gate, work);
      this.isBack(gate, node);
      // A late answer of a step that has parked meanwhile changes nothing.
      if (step.status !== 'waiting-for-host') return result;
      if (gate.hosts.length > 0 && knowsSilence()) this.showWait(gate);
      else this.mark(step, 'running');
      return result;
    } catch (error) {
      if (error instanceof Answered) this.closeGate(gate);
      else this.isBack(gate, node);
      throw error;
    }
  }

  found(findings: Finding[]): void {
    const { state } = this.around;
    const name = (finding: Finding) => `${finding.code} ${finding.target ?? ''} ${finding.because}`;
    const known = new Set(state.findings.map(name));
    state.findings = [...state.findings, ...findings.filter((finding) => !known.has(name(finding)))];
  }

  /** Waits for whatever the failed step needs: a host that is back, or a person. */
  private async afterFailure(step: StepState, kind: StepKind, error: unknown): Promise<Ended> {
    if (error instanceof Answered) return this.leaving(error.gate);
    const failed = this.parkable(step, kind, error);
    if (mayBeSilence(failed, this.around.hosts())) {
      const { cluster } = this.around.state;
      const hosts = await silentHostsBehind(failed, cluster, this.around.hosts());
      if (hosts.length > 0) return this.waitForHosts(step, { hosts, wanted: 'all', sentence: failed.sentence });
    }
    return { answer: await this.park(step, failed.sentence), sentence: failed.sentence };
  }

  /** What to park with. Throws on what a person's `retry` cannot mend: cancel, abort, a bad request, a bug of a workflow. */
  private parkable(step: StepState, kind: StepKind, error: unknown): FailedStep {
    const { hasChanged } = this.around;
    this.throwIfOver(step, error);
    const failed = describeFailure(error);
    if (failed.details?.class === 'InvalidRequest' && kind !== 'always-parks' && !hasChanged()) {
      this.mark(step, 'failed', failed.sentence);
      throw ApplicationFailure.nonRetryable(failed.sentence, failed.code, failed.details);
    }
    // Which host is silent is shown by the wait for it, and is over with it.
    if (failed.code !== 'HOST_NOT_READY') this.found(failed.details?.findings ?? []);
    return failed;
  }

  private throwIfOver(step: StepState, error: unknown): void {
    const { aborted } = this.around;
    if (!isCancellation(error) && aborted() === undefined && isStepFailure(error)) return;
    this.mark(step, 'failed', aborted() === undefined ? 'cancelled' : 'aborted');
    throw error;
  }

  private async park(step: StepState, sentence: string): Promise<Answer> {
    if (step.attempt === 0) step.attempt = 1;
    const gate = this.openGate(step, []);
    this.mark(step, 'parked', sentence);
    try {
      await condition(() => gate.answer !== undefined || this.around.aborted() !== undefined);
    } finally {
      this.gates.delete(step.id);
    }
    if (this.around.aborted() !== undefined) throw this.around.abortedFailure();
    return gate.answer ?? 'retry';
  }

  /** One activity without an end of its own, so that a wait of days adds nothing to the history. */
  private async waitForHosts(step: StepState, { hosts, wanted, sentence }: HostWait): Promise<Ended> {
    if (step.attempt === 0) step.attempt = 1;
    const { cluster } = this.around.state;
    const gate = this.openGate(step, hosts);
    this.showWait(gate, sentence);
    try {
      const nodes = hosts.map(({ node }) => node);
      await unlessAnswered(gate, () => ops.untilHostsAnswer({ cluster, nodes, wanted }));
      return { answer: 'retry', sentence };
    } catch (error) {
      if (error instanceof Answered) return this.leaving(gate);
      this.throwIfOver(step, error);
      return { answer: await this.park(step, describeFailure(error).sentence), sentence };
    } finally {
      this.closeGate(gate);
    }
  }

  /** After `skip` of a step that is skippable for silence alone, its hosts are left out of everything that follows. */
  private leaving({ step, answer = 'retry', hosts, by = 'somebody' }: Gate): Ended {
    const because = `${namesOf(hosts)} did not answer, and ${by} did not want to wait`;
    if (answer === 'skip' && this.kinds.get(step.id) === 'skippable-in-silence')
      for (const host of hosts) this.left.set(host.node, { ...host, because: `${by} sent skip for ${step.id}` });
    return { answer, sentence: because };
  }

  private openGate(step: StepState, hosts: SilentHost[]): Gate {
    const open = this.gates.get(step.id);
    const gate: Gate = open ?? { step, answer: undefined, hosts: [] };
    gate.hosts = [...gate.hosts, ...hosts];
    this.gates.set(step.id, gate);
    if (hosts.length > 0 && this.kinds.get(step.id) === 'skippable-in-silence') step.skippable = true;
    return gate;
  }

  private isBack(gate: Gate, node: string): void {
    gate.hosts = gate.hosts.filter((host) => host.node !== node);
    if (gate.hosts.length === 0) this.closeGate(gate);
  }

  private closeGate({ step }: Gate): void {
    this.gates.delete(step.id);
    step.skippable = this.kinds.get(step.id) === 'optional';
  }

  private showWait({ step, hosts }: Gate, sentence?: string): void {
    const danger = step.skippable && this.kinds.get(step.id) !== 'optional' ? ` ${SKIP_DANGER}` : '';
    const why = sentence === undefined ? '' : ` ${sentence}`;
    const waits = `waits for host ${namesOf(hosts)}, which does not answer; it goes on by itself when the host is back.`;
    this.mark(step, 'waiting-for-host', `${waits}${danger}${why}`);
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

interface HostWait {
  hosts: SilentHost[];
  wanted: 'all' | 'any';
  /** What failed without them. */
  sentence: string;
}

interface Ended {
  answer: Answer;
  sentence: string;
}

const SKIP_DANGER =
  'Skip leaves the host owing: only where it is powered off for certain, because its daemons may still write.';

/**
 * `optional`: the cluster serves without it, so a person may skip it. `skippable-in-silence`: a person may skip it while its host is silent,
 * and the host is then owed. `always-parks`: it comes after an approval, which would be lost if a request that cannot be honoured ended
 * the operation.
 */
export type StepKind = 'compulsory' | 'optional' | 'skippable-in-silence' | 'always-parks';
