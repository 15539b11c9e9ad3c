import { gravestFirst } from '../console/finding-lines.ts';
import type { CephHealth } from '../contract/check-health-activities.ts';
import { MOST_FINDINGS, type HealthFigures, type HealthResult, type KnownHealth } from '../contract/check-health.ts';
import type { Finding } from '../contract/finding.ts';
import { judgeCeph } from './health-ceph.ts';
import { healthChanges } from './health-changes.ts';
import { judgeServingDisks } from './health-disks.ts';
import { judgeHosts } from './health-hosts.ts';
import { judgeObjects } from './health-objects.ts';
import type { ObservedHealth } from './health-observation.ts';
import { judgeOperations } from './health-operations.ts';

/** What one look says of a cluster, and what is otherwise than in the look before. Pure. */
export function judgeCluster(seen: ObservedHealth, before: KnownHealth | null): HealthResult {
  const { cluster, ceph } = seen;
  const all = sorted([
    ...judgeCeph(seen),
    ...judgeHosts(seen),
    ...judgeServingDisks(seen),
    ...judgeObjects(seen),
    ...judgeOperations(seen),
  ]);
  const findings = all.slice(0, MOST_FINDINGS);
  const health = ceph.reachable ? ceph.health.status : 'UNREACHABLE';
  const healthCodes = ceph.reachable ? ceph.health.checks.filter(({ muted }) => !muted).map(({ code }) => code) : [];
  const figures = figuresOf(ceph);
  const known = { health, healthCodes, findings };
  return {
    summary: summaryOf(cluster, { health, figures, all }),
    ...known,
    figures,
    changes: healthChanges(before, known),
  };
}

/** Always the same order, or the part that is kept of many would differ from run to run. */
const sorted = (findings: Finding[]): Finding[] =>
  gravestFirst(findings.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));

const keyOf = ({ code, target = '' }: Finding): string => `${code} ${target}`;

const figuresOf = (ceph: CephHealth): HealthFigures | null =>
  ceph.reachable
    ? {
        mons: { inQuorum: ceph.mons.quorum.length, all: ceph.mons.all.length },
        mgr: ceph.mgr,
        osds: { up: ceph.osds.up, in: ceph.osds.in, all: ceph.osds.all },
        version: ceph.version,
        capacity: ceph.capacity,
      }
    : null;

interface Summarised {
  health: string;
  figures: HealthFigures | null;
  all: Finding[];
}

function summaryOf(cluster: string, { health, figures, all }: Summarised): string {
  const grave = all.filter(({ severity }) => severity !== 'info');
  const named = grave.slice(0, 3).map(({ code, target }) => (target === undefined ? code : `${code} ${target}`));
  const more = grave.length > named.length ? ` and ${grave.length - named.length} more` : '';
  const attention = grave.length === 0 ? 'nothing to look at' : `to look at: ${named.join(', ')}${more}`;
  if (figures === null) return `${cluster}: ${health}; ${attention}.`;
  const { mons, mgr, osds } = figures;
  const counted = `${mons.inQuorum} of ${mons.all} mons, mgr ${mgr.active ?? 'none'}, ${osds.up} of ${osds.all} OSDs up`;
  return `${cluster}: ${health}, ${counted}; ${attention}.`;
}
