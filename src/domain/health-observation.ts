import type { CephHealth } from '../contract/check-health-activities.ts';
import type { DiskRow } from '../contract/disk.ts';
import type { Finding } from '../contract/finding.ts';
import type { HealthSchedule } from '../contract/health-schedule.ts';
import { NAMES } from '../manifests/names.ts';

/** The objects without which nobody could reach the cluster's data again. */
export const IDENTITY_OBJECTS = [
  { apiVersion: 'v1', kind: 'Secret', name: NAMES.mon },
  { apiVersion: 'v1', kind: 'Secret', name: NAMES.monsKeyring },
  { apiVersion: 'v1', kind: 'Secret', name: NAMES.adminKeyring },
  { apiVersion: 'v1', kind: 'ConfigMap', name: NAMES.monEndpoints },
] as const;

/** An object that our finalizer keeps from being lost. */
export interface GuardedObject {
  kind: 'CephCluster' | 'Secret' | 'ConfigMap';
  name: string;
  finalizers: string[];
  /** It was deleted, and only finalizers keep it. */
  deleted: boolean;
}

/** An operation that waits for a person, as Temporal tells it. */
export interface WaitingOperation {
  workflowId: string;
  awaiting: 'approval' | 'operator';
  /** Time of the last event of its history, ISO 8601: since then nothing has happened. */
  since: string;
  /** What it waits for; empty where it did not tell. */
  because: string;
}

/** What a health run saw beside Ceph. */
export interface ObservedHealth {
  cluster: string;
  /** ISO 8601. */
  now: string;
  ceph: CephHealth;
  /** What the last bootstrap left; `null` where no cluster was ever made here. */
  remembered: { fsid: string | null; nodes: string[]; appliedDocument?: string } | null;
  /** `null` where there is none. `hash` is `null` where it cannot be understood. */
  document: { hash: string | null; findings: Finding[] } | null;
  /** Document and identity, as far as they are there. */
  guarded: GuardedObject[];
  /** Hosts of Kubernetes by name. */
  nodes: { name: string; ready: boolean }[];
  /** Hosts on which an agent's pod is ready. */
  agents: string[];
  /** Names of the operations that are at work on the cluster now. */
  running: string[];
  /** Targets, as `osd.5`, of the operations that wait for hands and let others in meanwhile. */
  atHands: string[];
  waiting: WaitingOperation[];
  /** Hosts that a teardown still owes, with what was written of them. */
  owed: { host: string; says: string }[];
  /** The device table as it was judged last. */
  rows: DiskRow[];
  schedule: HealthSchedule;
}
