import type { ClusterInput } from './ceph-activities.ts';
import type { Awaiting } from './names.ts';

/** An operation that holds the cluster: one entry of the ConfigMap `cephflow-operations`. */
export interface Holder {
  operation: string;
  target: string;
  workflowId: string;
  /** First run of its chain. */
  runId: string;
  /** ISO 8601. */
  since: string;
  awaiting: Awaiting;
  /** Changes nothing until it has taken the cluster again: what the table of overlaps allows may run meanwhile. */
  yields?: true | undefined;
  /** Host on which it waits for a disk while it yields: nothing else may take that disk. */
  node?: string | undefined;
}

export interface YieldOperationInput extends HolderInput {
  /** Takes the place of the one in the entry, which may name the same thing by other words. */
  target: string;
  node: string;
}

/** Names the entry of one operation. */
export interface HolderInput extends ClusterInput {
  workflowId: string;
  runId: string;
}

export interface TakeOperationInput extends HolderInput {
  operation: string;
  target: string;
}

export interface OperationTaken {
  taken: true;
  /** True where this very run held it before. */
  already: boolean;
}

export interface OperationHeld {
  taken: false;
  holder: Holder;
  /** One sentence: who holds it, since when, and what would end that. */
  because: string;
}

export interface NoteAwaitingInput extends HolderInput {
  operation: string;
  awaiting: Awaiting;
  /** What the document's status shows meanwhile. */
  status: { phase: 'Progressing' | 'Failure'; message: string };
}

/** Activities of the queue `cephflow` that keep operations on one cluster apart. */
export interface OperationActivities {
  takeOperation(input: TakeOperationInput): Promise<OperationTaken | OperationHeld>;
  /** Fails with OPERATION_HELD, to be tried again by the server, for as long as another operation holds the cluster. */
  untilOperationTaken(input: TakeOperationInput): Promise<OperationTaken>;
  /** Lets others in, as far as the table of overlaps allows; `takeOperation` takes the cluster again. */
  yieldOperation(input: YieldOperationInput): Promise<{ already: boolean }>;
  releaseOperation(input: HolderInput): Promise<{ already: boolean }>;
  /** Who holds the cluster now. */
  readOperations(input: ClusterInput): Promise<Holder[]>;
  /** Shows in register and document what the holder waits for. Fails with LOCK_LOST, nothing written, where it holds the cluster no more. */
  noteAwaiting(input: NoteAwaitingInput): Promise<{ already: boolean }>;
}
