import type { ClusterState } from '../contract/ceph-activities.ts';
import type { Finding } from '../contract/finding.ts';
import type { HealthSchedule } from '../contract/health-schedule.ts';
import type { HostFacts } from '../contract/host.ts';
import type { OwedHost } from '../contract/owed.ts';

/** A PersistentVolume that lies on the cluster. */
export interface ClusterVolume {
  name: string;
  phase: string;
  /** `namespace/name` of its claim. */
  claim: string | null;
  sizeText: string;
}

/** What the API server has of a cluster. Objects are named `Kind/name`. */
export interface ClusterObjects {
  /** Fsid in the identity Secret. */
  fsid: string | null;
  /** Deployments of daemons. */
  workloads: string[];
  /** Services, budgets, ConfigMaps, Secrets, and the document while it carries our finalizer. */
  others: string[];
  /** Which host each mon was placed on. */
  placedMons: { mon: string; node: string }[];
  volumes: ClusterVolume[];
  /** Rook's own operator is at work in the namespace and would make again what is taken away. */
  rookOperator: 'runs' | 'absent';
}

/** Everything that a teardown plan rests on. */
export interface ObservedTeardown {
  cluster: string;
  dataDir: string;
  /** What was remembered of the cluster outside its namespace. */
  remembered: {
    fsid: string | null;
    nodes: string[];
    machineIds?: Record<string, string> | undefined;
    /** Absent counts as where the agents looked. */
    dataDir?: string | undefined;
  } | null;
  /** Hosts of which earlier teardowns left something. */
  owed: OwedHost[];
  /** What hosts that carried the cluster and do not look now saw the last time. */
  lastLooks: HostFacts[];
  objects: ClusterObjects;
  hosts: HostFacts[];
  /** `null` where no agent could ask. */
  ceph: ClusterState | null;
  /** The schedule by which the cluster is looked at. */
  schedule: HealthSchedule;
  agentsAdded: boolean;
  findings: Finding[];
  /** Codes that a person waived. */
  waive: readonly string[];
}

export const IDENTITY_SECRET = 'Secret/rook-ceph-mon';
