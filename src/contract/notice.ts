import type { Applied } from './bootstrap-activities.ts';
import type { ClusterInput, ClusterState } from './ceph-activities.ts';

/** Workflow that judges what agents noticed; nobody starts it by hand. */
export const NOTICE_WORKFLOW = 'noticeDisks';
export const noticeId = (cluster: string): string => `notice-disks:${cluster}`;

/** Annotations of the document: what an event leads to. */
export const NEW_DISKS = 'cephflow.io/new-disks';
export const NEW_NODES = 'cephflow.io/new-nodes';
export const NEW_POLICIES = ['ask', 'add', 'ignore'] as const;
/** `ask` starts an operation that waits for approval; `add` lets blank disks be formatted without one; `ignore` only shows them. */
export type NewPolicy = (typeof NEW_POLICIES)[number];

/** Disks of one host that could become OSDs and that nobody was asked about. */
export interface NewDisks {
  /** `add-node` where the host carries nothing of the cluster yet. */
  operation: 'add-disk' | 'add-node';
  node: string;
  disks: string[];
  /** Disks of the host that could be OSDs as well, but somebody was asked about before: what was refused is not taken along. */
  except: string[];
  approval: 'required' | 'auto';
}

/** An operation that asks about new disks of a host, and was started because they were noticed. */
export interface Question {
  node: string;
  workflowId: string;
  runId: string;
}

export interface Judged {
  /** One add-disk per host is to be started. */
  wanted: NewDisks[];
  /** Questions about disks that are all gone again, or can be no OSD any more. */
  pointless: Question[];
  /** Hosts whose rows were written. */
  hosts: string[];
}

/** Activities of the queue `cephflow` that judge what agents noticed. */
export interface NoticeActivities {
  /** Judges the disks of every host as bootstrap does, writes the rows, and says what is new. */
  judgeNoticed(input: ClusterInput & { ceph: ClusterState }): Promise<Judged>;
  /** Rejects what nobody needs to answer any more; an operation that goes on already takes no rejection. */
  withdrawQuestion(input: ClusterInput & { question: Question }): Promise<Applied>;
  /** Starts add-disk or add-node for a host, or finds that one runs; then remembers that these disks were asked about. */
  askToAdd(input: ClusterInput & { wanted: NewDisks }): Promise<Applied>;
}
