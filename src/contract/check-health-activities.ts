import type { HealthResult, KnownHealth } from './check-health.ts';
import type { ClusterInput, HealthCheck } from './ceph-activities.ts';

/** One flag that keeps Ceph from healing or moving data. */
export interface SetFlag {
  /** `noout`, `norebalance`, ... */
  flag: string;
  /** `null` for the whole cluster; else a CRUSH bucket, device class or OSD. */
  on: string | null;
}

/** An OSD as an operation leaves it on its way. */
export interface UnfinishedOsd {
  osd: number;
  state: 'destroyed' | 'out' | 'weightless';
}

export interface ReachableHealth {
  reachable: true;
  fsid: string;
  mons: { all: string[]; quorum: string[] };
  mgr: { active: string | null; standbys: number };
  /** `down`: ids, the first few of many. */
  osds: { up: number; in: number; all: number; down: number[] };
  version: string | null;
  versions: Record<string, Record<string, number>>;
  health: { status: string; checks: HealthCheck[] };
  capacity: { usedBytes: number; totalBytes: number };
  /** Parts of an OSD's size, as the OSD map has them. */
  ratios: { nearfull: number; backfillfull: number; full: number };
  flags: SetFlag[];
  /** The first few of many; absent from an agent that does not look at it. */
  unfinished?: UnfinishedOsd[];
}

export interface UnreachableHealth {
  reachable: false;
  /** One sentence. */
  reason: string;
  /** `ceph`: an agent asked and Ceph did not answer. `agents`: no agent took the question. */
  silent: 'ceph' | 'agents';
}

/** What one look at Ceph told. Small, whatever the size of the cluster. */
export type CephHealth = ReachableHealth | UnreachableHealth;

/** Activity of the queue `ceph.<cluster>`. */
export interface HealthLookActivities {
  readHealthFacts(input: ClusterInput): Promise<CephHealth>;
}

export interface ReportHealthInput extends ClusterInput {
  ceph: CephHealth;
  /** Result of the run before, as Temporal keeps it for a schedule. */
  before: KnownHealth | null;
}

/** Activity of the queue `cephflow`. */
export interface HealthReportActivities {
  /** Reads Kubernetes and Temporal, judges, and writes status and Event where something is otherwise than before. */
  reportHealth(input: ReportHealthInput): Promise<HealthResult>;
}
