import type { Finding } from './finding.ts';
import type { Awaiting, Phase } from './names.ts';
import type { Plan } from './plan.ts';

export type StepStatus = 'pending' | 'running' | 'done' | 'parked' | 'waiting-for-host' | 'skipped' | 'failed';

/** Where one step is. Times are ISO 8601 of the workflow's clock. */
export interface StepState {
  id: string;
  status: StepStatus;
  /** Counts from 1; `retry` and `skip` must name it. */
  attempt: number;
  startedAt?: string;
  endedAt?: string;
  /** Why it is parked or waiting, or what it found; one sentence. */
  because?: string;
  /** True where a person may `skip` it. */
  skippable: boolean;
}

/** Answer of the query `state`: everything that console page, CLI and tests show of an operation. */
export interface OperationState {
  operation: string;
  cluster: string;
  target: string;
  workflowId: string;
  phase: Phase;
  awaiting: Awaiting;
  /** What is waited for, one sentence; empty where nothing is. */
  awaitingBecause: string;
  paused: boolean;
  plan?: Plan;
  /** Table of the disks (compact text lines) where the plan rests on it. */
  steps: StepState[];
  findings: Finding[];
  waived: string[];
  /** Messages that could not be honoured, newest last, at most five: what was sent and why nothing changed. */
  refusedMessages: string[];
  approvedBy?: string;
  /** Set when it has ended. */
  outcome?: Outcome;
  summary?: string;
}

export type Outcome = 'done' | 'planned' | 'nothing-to-do' | 'rejected';

/** First fields of every operation's result. */
export interface OperationResult {
  summary: string;
  outcome: Outcome;
  plan?: Plan;
  findings: Finding[];
  waived: string[];
  steps: StepState[];
}

export const STATE_QUERY = 'state';
