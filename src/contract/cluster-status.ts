import type { ClusterState } from './ceph-activities.ts';
import type { Holder } from './exclusion.ts';
import type { HealthSchedule } from './health-schedule.ts';
import type { Finding } from './finding.ts';

/** Result of the workflow `readStatus`. Fields are only added: scripts read it. */
export interface ClusterStatus {
  /** `HEALTH_OK`, `HEALTH_WARN`, `HEALTH_ERR`, or `UNREACHABLE`. */
  health: string;
  /** Ceph's health codes now, those that are muted left out. */
  healthCodes: string[];
  fsid: string | null;
  mons: { quorum: string[] };
  mgr: { available: boolean; active: string | null };
  osds: { up: number; in: number; total: number };
  /** `x.y.z`; empty where daemons differ or none answers. */
  version: string;
  /** Who holds the cluster: entries of the ConfigMap `cephflow-operations`. */
  operations: Holder[];
  /** Where the schedule is by which the cluster is looked at. Workers of earlier releases leave it out. */
  schedule?: HealthSchedule;
  findings: Finding[];
}

/** One look at a cluster in the form that `cephflow status` prints. */
export function statusOf(state: ClusterState, operations: Holder[], schedule?: HealthSchedule): ClusterStatus {
  const watched = schedule === undefined ? {} : { schedule };
  if (!state.reachable) {
    const unreachable: Finding = { code: 'CEPH_UNREACHABLE', severity: 'blocking', because: state.reason };
    const none = { mons: { quorum: [] }, mgr: { available: false, active: null }, osds: { up: 0, in: 0, total: 0 } };
    return {
      health: 'UNREACHABLE',
      healthCodes: [],
      fsid: state.fsid,
      ...none,
      version: '',
      operations,
      ...watched,
      findings: [unreachable],
    };
  }
  const { fsid, mons, mgr, osds, health, version } = state;
  return {
    health: health.status,
    healthCodes: health.checks.filter(({ muted }) => !muted).map(({ code }) => code),
    fsid,
    mons: { quorum: mons.quorum.toSorted() },
    mgr: { available: mgr.available, active: mgr.active },
    osds: { up: osds.filter((osd) => osd.up).length, in: osds.filter((osd) => osd.in).length, total: osds.length },
    version: version ?? '',
    operations,
    ...watched,
    findings: [...state.findings, ...state.clients],
  };
}
