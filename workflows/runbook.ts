import {
  CancellationScope,
  CancelledFailure,
  condition,
  defineQuery,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Finding } from '../src/contract/finding.ts';
import type { SilentHost } from '../src/contract/host-activities.ts';
import type { Awaiting, Phase } from '../src/contract/names.ts';
import type { Plan } from '../src/contract/plan.ts';
import { checkInput, type OperationContract } from '../src/contract/operation.ts';
import { STATE_QUERY, type OperationResult, type OperationState } from '../src/contract/state.ts';
import type { HostActivities } from './activity-profiles.ts';
import { addFindings } from './add-findings.ts';
import { ClusterLock } from './cluster-lock.ts';
import { Console } from './console.ts';
import { abortedFailure, describeEnd, describeFailure, isStepFailure } from './failures.ts';
import { activitiesOf } from './host.ts';
import { freshState, invalidInput, type BaseInput } from './fresh-state.ts';
import { openInbox } from './inbox.ts';
import { rulesFor, type Desk } from './message-rules.ts';
import { ended } from './results.ts';
import { StatusNotes } from './status-notes.ts';
import type { LeftHost } from './step-gate.ts';
import { Steps } from './steps.ts';
import { Undos } from './undos.ts';

/**
 * What every operation has in common: checked input, messages, steps that park instead of failing, the console, the lock, and what is
 * undone at the end. The workflow file says only what is done.
 */
export class Runbook<Input extends BaseInput> {
  readonly input: Input;
  readonly state: OperationState;
  private readonly console = new Console();
  private readonly steps: Steps;
  private readonly clusterLock: ClusterLock;
  private readonly notes: StatusNotes;
  private readonly undos = new Undos();
  private needed: readonly string[] = [];
  private readonly work = new CancellationScope({ cancellable: true });
  private approvedHash: string | undefined;
  private rejected: string | undefined;
  private aborted: string | undefined;
  private changed = false;

  /** @throws INVALID_INPUT (ends the workflow) with every problem of the input and a full example */
  constructor(contract: OperationContract<Input>, request: unknown) {
    const checked = checkInput(contract, request);
    if ('problems' in checked) throw invalidInput(contract, checked.problems);
    this.input = checked.input;
    this.state = freshState(contract.name, contract.targetOf?.(this.input) ?? this.input.cluster, this.input);
    const { workflowId, runId } = workflowInfo();
    const { cluster, target } = this.state;
    this.clusterLock = new ClusterLock({ cluster, operation: contract.name, target, workflowId, runId });
    this.notes = new StatusNotes(this.state, this.clusterLock.holder, (error) =>
      this.couldNot('write the status of the document', error),
    );
    this.steps = new Steps({
      state: this.state,
      hasChanged: () => this.changed,
      hosts: () => this.needed,
      aborted: () => this.aborted,
      show: () => this.show(),
    });
    setHandler(defineQuery<OperationState>(STATE_QUERY), () => this.state, {
      description: 'where the operation is, as JSON',
    });
    openInbox(rulesFor(this.desk(), contract.approvalNamesCluster ? 'names-cluster' : 'hash-alone'), (sentence) => {
      this.state.refusedMessages = [...this.state.refusedMessages, sentence].slice(-5);
      this.show();
    });
    this.show();
  }

  get cluster(): string {
    return this.input.cluster;
  }

  /**
   * Runs the whole operation. Whatever way it ends, the lock is released and what was only prepared is taken back, also when the
   * operation is cancelled; a failed undo is reported and does not hide the first failure. A rejected operation ends with the result
   * `rejected`, from wherever it was before its first change.
   */
  async run<Result extends OperationResult>(body: () => Promise<Result>): Promise<Result | OperationResult> {
    let result: Result | OperationResult;
    try {
      result = await this.work.run(body);
    } catch (error) {
      const failed =
        this.aborted === undefined
          ? error
          : abortedFailure(this.state, this.aborted, this.changed ? 'changed' : 'untouched');
      if (this.changed) this.notes.endedEarly(describeEnd(failed));
      if (this.aborted !== undefined || this.rejected === undefined) throw failed;
      result = ended(this.state, 'rejected', `Rejected by ${this.rejected}. Nothing was changed.`);
    } finally {
      await CancellationScope.nonCancellable(() => this.cleanUp());
    }
    // Also what was only found while cleaning up.
    return { ...result, findings: this.state.findings };
  }

  enter(phase: Phase): void {
    this.state.phase = phase;
    this.show();
  }

  /** Registers what takes back a preparation. Called before the preparation; runs last-in first-out, unless something was changed. */
  undoUnlessChanged(name: string, undo: () => Promise<unknown>): void {
    this.undoUnless(name, undo, () => this.changed);
  }

  /** Registers what takes back a change that is only meant for the way. Runs in every ending, unless it is pointless by then. */
  undoUnless(name: string, undo: () => Promise<unknown>, isPointless: () => boolean): void {
    this.undos.add({ name, undo, isPointless });
  }

  /**
   * From here on the operation changes the cluster. A rejection that came in the same moment still counts. A step that fails while one of
   * the hosts is silent waits for that host and is tried again, instead of asking a person.
   */
  beginChanges(hosts: readonly string[] = []): void {
    if (this.rejected !== undefined) throw new CancelledFailure('rejected');
    this.changed = true;
    this.needed = hosts;
    this.steps.expect(this.state.plan?.steps.map(({ id }) => id) ?? []);
    this.enter('apply');
  }

  /**
   * One step. It never fails for want of a person: when its attempts are used up it parks with one sentence and waits for `retry` or
   * `abort`.
   */
  async step<Result>(id: string, body: () => Promise<Result>): Promise<Result> {
    return (await this.steps.run(id, 'compulsory', body)) as Result;
  }

  /** A step of the plan. What the plan leaves out, because it is there already, is not touched. */
  async planned<Result>(id: string, body: () => Promise<Result>): Promise<Result | undefined> {
    return this.isPlanned(id) ? this.steps.run(id, 'compulsory', body) : undefined;
  }

  /** A step of the plan without which the cluster serves: a person may skip it. */
  async optionalStep<Result>(id: string, body: () => Promise<Result>): Promise<Result | undefined> {
    return this.isPlanned(id) ? this.steps.run(id, 'optional', body) : undefined;
  }

  /** A step of the plan that a person may skip while the host that it needs is silent: the host is then left out of what follows. */
  async plannedInSilence<Result>(id: string, body: () => Promise<Result>): Promise<Result | undefined> {
    return this.isPlanned(id) ? this.steps.run(id, 'skippable-in-silence', body) : undefined;
  }

  /** The same where the work can do without the host: after `skip` it is done again, and has to leave out `leftHosts`. */
  async plannedWithoutSilent<Result>(id: string, body: () => Promise<Result>): Promise<Result | undefined> {
    return this.isPlanned(id) ? this.steps.run(id, 'goes-on-without', body) : undefined;
  }

  /** As `plannedInSilence`, for the steps of one host. None is done on a host that was left out before, also when it is back by then. */
  async plannedOn<Result>(node: string, id: string, body: () => Promise<Result>): Promise<Result | undefined> {
    const left = this.steps.left.get(node);
    if (left === undefined || !this.isPlanned(id)) return this.plannedInSilence(id, body);
    this.steps.leaveOut(id, `skipped: ${node} was left out (${left.because})`);
    return undefined;
  }

  /** Hosts that a person left out because they were silent. */
  leftHosts(): LeftHost[] {
    return [...this.steps.left.values()];
  }

  /** Waits until one of the silent hosts is back, or a person sends `retry`: the plan cannot do without one. */
  waitOn(id: string, hosts: SilentHost[], sentence: string): Promise<void> {
    return this.steps.waitOn(id, hosts, sentence);
  }

  /** Ends when the document shows what was told so far: what is written afterwards is then not overwritten. */
  statusTold(): Promise<void> {
    return this.notes.settled();
  }

  parkOn(id: string, sentence: string): Promise<void> {
    return this.steps.parkOn(id, sentence);
  }

  /** Adds to what the operation reports. */
  found(findings: Finding[]): void {
    addFindings(this.state, findings);
  }

  /** Activities of one host; while it does not take work the step waits for it by name. */
  host(node: string, stepId: string): HostActivities {
    const attempt = this.steps.attemptOf(stepId);
    return activitiesOf(this.cluster, node, (work) => this.steps.whileHostIsSilent(attempt, node, work));
  }

  async untilApproved(hash: string): Promise<void> {
    this.approvedHash = undefined;
    delete this.state.approvedBy;
    this.await('approval', `plan ${hash.slice(0, 12)} waits for approve or reject`);
    await condition(() => this.approvedHash === hash);
    this.await('none', '');
  }

  /** Asks for a part of the work that could not be planned before: its plan takes the place of the one that was approved. */
  async untilPartApproved(plan: Plan): Promise<void> {
    this.state.plan = plan;
    this.steps.expect(plan.steps.map(({ id }) => id));
    await this.untilApproved(plan.hash);
  }

  whileHandsWork<Result>(id: string, sentence: string, work: () => Promise<Result>): Promise<Result> {
    return this.steps.whileHandsWork(id, sentence, work);
  }

  /** Takes the cluster for this operation; waits visibly while another one holds it, and parks where it cannot be taken. */
  async lock(): Promise<void> {
    this.enter('lock');
    await this.steps.run('lock', 'always-parks', async () => {
      await this.clusterLock.take((because) => this.await('operation', because));
      this.await('none', '');
    });
  }

  /** Lets others in until the next `lock`, as far as the table of overlaps allows; nothing may be changed meanwhile. */
  letOthersIn(where: { target: string; node: string }): Promise<void> {
    return this.clusterLock.letOthersIn(where);
  }

  /** Gives the cluster back for the time until the next `lock`. */
  async giveBack(): Promise<void> {
    await this.steps.run('lock', 'always-parks', () => this.clusterLock.release());
  }

  private await(awaiting: Awaiting, because: string): void {
    this.state.awaiting = awaiting;
    this.state.awaitingBecause = because;
    this.show();
  }

  private isPlanned(id: string): boolean {
    return this.state.plan?.steps.some((step) => step.id === id) ?? false;
  }

  private async cleanUp(): Promise<void> {
    this.end('undo');
    await this.undos.run((name, undo) => this.tryTo(name, undo));
    await this.notes.settled();
    await this.tryTo('release the cluster', () => this.clusterLock.release());
    this.end('ended');
  }

  /** From here on nobody is waited for: a closed operation must not be found among those that want an answer. */
  private end(phase: 'undo' | 'ended'): void {
    this.state.awaiting = 'none';
    this.state.awaitingBecause = '';
    this.enter(phase);
  }

  private async tryTo(name: string, act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      this.couldNot(name, error);
    }
  }

  private couldNot(name: string, error: unknown): void {
    const because = `could not ${name}: ${describeFailure(error).sentence}`;
    const remedy = 'Start the operation again; it finds what is left.';
    this.found([{ code: 'UNDO_FAILED', severity: 'warning', because, remedy }]);
  }

  private show(): void {
    this.console.show(this.state);
    if (this.changed && this.state.phase !== 'undo' && this.state.phase !== 'ended') this.notes.underWay();
  }

  private desk(): Desk {
    return {
      state: this.state,
      gates: () => this.steps.gates,
      hasChanged: () => this.changed,
      approve: (hash) => (this.approvedHash = hash),
      reject: (because) => {
        this.rejected = because;
        this.work.cancel();
      },
      abort: (because) => {
        this.aborted = because;
        this.work.cancel();
      },
      changed: () => this.show(),
    };
  }
}
