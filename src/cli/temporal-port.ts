import type { Message, MessageName } from '../contract/messages.ts';
import type { Json } from '../contract/finding.ts';
import type { OperationResult, OperationState } from '../contract/state.ts';
import type { ErrorDetails } from '../errors.ts';

export type ExecutionStatus =
  'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out' | 'continued';

/** What Temporal itself knows of an operation, without any worker. Times are ISO 8601. */
export interface Execution {
  id: string;
  runId: string;
  /** Workflow type, e.g. `replaceDisk`. */
  type: string;
  status: ExecutionStatus;
  startedAt: string;
  closedAt?: string;
  /** Search attributes by name, as far as they are set. */
  attributes: Record<string, string>;
}

/** How an operation ended. A failure's code is one of src/errors.ts, unless it did not come from us. */
export type Ending =
  | { kind: 'finished'; result: OperationResult }
  | { kind: 'failed'; code: string | undefined; message: string; details: ErrorDetails }
  | { kind: 'stopped'; message: string };

/** `silent`: no worker answered in time, which says nothing about the operation. */
export type StateAnswer = { kind: 'state'; state: OperationState } | { kind: 'silent' };

export type MessageAnswer =
  | { kind: 'accepted'; sentence: string }
  | { kind: 'refused'; code: string | undefined; sentence: string }
  | { kind: 'silent' };

export interface StartRequest {
  type: string;
  id: string;
  input: Json;
  /** Column text of the Temporal UI, at most 200 bytes. */
  summary: string;
}

/** A schedule that looks at a cluster. Times are ISO 8601. */
export interface ScheduleRow {
  id: string;
  cluster: string;
  state: 'running' | 'paused';
  /** Who paused or resumed it last, and why. */
  note: string;
  lastRunAt?: string;
  nextRunAt?: string;
}

export type ScheduleAct = 'pause' | 'resume' | 'trigger';

/** The part of Temporal that the commands use. Every call is bounded; what cannot be reached is a CommandError with exit code 6. */
export interface TemporalPort {
  /** What a person is told: address and namespace. */
  readonly description: string;
  /** Starts, or answers `running` without a change where that id runs already. */
  start(request: StartRequest): Promise<{ kind: 'started' | 'running'; runId: string }>;
  /** `undefined` where Temporal knows no such id. */
  describe(id: string): Promise<Execution | undefined>;
  readState(id: string, runId: string): Promise<StateAnswer>;
  /** Of an operation that has ended. */
  ending(id: string, runId: string): Promise<Ending>;
  update<Name extends MessageName>(id: string, name: Name, payload: Message<Name>): Promise<MessageAnswer>;
  signal<Name extends MessageName>(id: string, name: Name, payload: Message<Name>): Promise<void>;
  /** All events of a run as protobuf's JSON, which a replay and the Temporal UI read. Payloads in it are base64. */
  history(id: string, runId: string): Promise<unknown>;
  /** Newest first, by a visibility query. */
  list(query: string, limit: number): Promise<Execution[]>;
  /** Runs a short workflow to its end, sharing one that runs already under that id. */
  execute(request: StartRequest, withinSeconds: number): Promise<Ending>;
  /** Of one cluster, or of all. */
  schedules(cluster: string | undefined): Promise<ScheduleRow[]>;
  steerSchedule(cluster: string, act: ScheduleAct, note: string): Promise<void>;
  serverVersion(): Promise<string>;
  close(): Promise<void>;
}
