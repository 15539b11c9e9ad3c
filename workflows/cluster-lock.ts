import type { HolderInput, TakeOperationInput, YieldOperationInput } from '../src/contract/exclusion.ts';
import { ops, patientOps } from './activity-profiles.ts';

/** The operation's entry in the register of its cluster. */
export class ClusterLock {
  private readonly request: TakeOperationInput;
  private mayHold = false;

  constructor(request: TakeOperationInput) {
    this.request = request;
  }

  get holder(): HolderInput {
    const { cluster, workflowId, runId } = this.request;
    return { cluster, workflowId, runId };
  }

  /** Ends when the cluster is held. `waits` hears who holds it meanwhile. Harmless to repeat. */
  async take(waits: (because: string) => void): Promise<void> {
    // Set before it is taken: a cancel between the taking and its answer must still be followed by a release.
    this.mayHold = true;
    const taken = await ops.takeOperation(this.request);
    if (taken.taken) return;
    waits(taken.because);
    await patientOps.untilOperationTaken(this.request);
  }

  /** Lets others in, as far as the table of overlaps allows, until the next `take`. */
  async letOthersIn(where: Pick<YieldOperationInput, 'target' | 'node'>): Promise<void> {
    await ops.yieldOperation({ ...this.holder, ...where });
  }

  async release(): Promise<void> {
    if (!this.mayHold) return;
    await ops.releaseOperation(this.holder);
    this.mayHold = false;
  }
}
