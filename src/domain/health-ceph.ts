import type { ReachableHealth, UnreachableHealth } from '../contract/check-health-activities.ts';
import type { Finding, Severity } from '../contract/finding.ts';
import type { ObservedHealth } from './health-observation.ts';
import { orphanFlags } from './orphan-flags.ts';
import { unfinishedOsds } from './unfinished-osds.ts';

/** How far below Ceph's own warning the capacity of the whole cluster is named: it warns of single OSDs, when a failed host no longer fits. */
const BEFORE_NEARFULL = 0.05;

/** Ceph's own checks, and what its colour hides. Pure. */
export function judgeCeph({ cluster, ceph, running, atHands }: ObservedHealth): Finding[] {
  if (!ceph.reachable) return [unreachable(cluster, ceph)];
  return [
    ...raisedChecks(ceph),
    ...mixedVersions(ceph, running),
    ...scarceCapacity(ceph),
    ...orphanFlags(cluster, ceph.flags, running),
    ...unfinishedOsds(cluster, ceph.unfinished ?? [], { running, atHands }),
  ];
}

const unreachable = (cluster: string, { reason, silent }: UnreachableHealth): Finding =>
  silent === 'ceph'
    ? {
        code: 'CEPH_UNREACHABLE',
        severity: 'blocking',
        because: `Ceph of ${cluster} does not answer: ${reason}.`,
        remedy: `Look at the mons: kubectl -n ${cluster} get pods -l app=rook-ceph-mon -o wide`,
        target: cluster,
      }
    : {
        code: 'AGENTS_SILENT',
        severity: 'blocking',
        because: `No agent of ${cluster} looked at Ceph: ${reason}.`,
        remedy: `Look at the agents: kubectl -n ${cluster} get pods -l app=cephflow-agent -o wide. Bootstrap makes missing ones.`,
        target: cluster,
      };

/** A mute hides and does not cure, so muted checks are told as well. */
const raisedChecks = ({ health }: ReachableHealth): Finding[] =>
  health.checks.map(({ code, severity, message, muted }) => ({
    code,
    severity: muted ? 'info' : severityOf(severity),
    because: muted ? `${message} (muted)` : message,
  }));

const severityOf = (severity: string): Severity => (severity === 'HEALTH_ERR' ? 'blocking' : 'warning');

/** Ceph tells after a week. */
function mixedVersions({ version, versions }: ReachableHealth, running: readonly string[]): Finding[] {
  if (version !== null || running.includes('upgrade-ceph-version')) return [];
  const counted = Object.entries(versions).map(
    ([type, counts]) =>
      `${type} ${Object.entries(counts)
        .map(([name, count]) => `${name} (${count})`)
        .join(' and ')}`,
  );
  if (counted.length === 0) return [];
  return [
    {
      code: 'MIXED_VERSIONS',
      severity: 'warning',
      because: `Daemons run different versions, and no upgrade is under way: ${counted.join(', ')}.`,
      remedy: 'Find out who changed an image, and bring all daemons to one version.',
      target: 'versions',
    },
  ];
}

function scarceCapacity({ capacity: { usedBytes, totalBytes }, ratios }: ReachableHealth): Finding[] {
  const used = totalBytes === 0 ? 0 : usedBytes / totalBytes;
  if (used < ratios.nearfull - BEFORE_NEARFULL) return [];
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  return [
    {
      code: 'CAPACITY_SCARCE',
      severity: 'warning',
      because: `${percent(used)} of the whole cluster is used; Ceph warns of an OSD at ${percent(ratios.nearfull)} and stops writes at ${percent(ratios.full)}. A host that fails would not fit on the others.`,
      remedy: 'Add disks or hosts to the document and start bootstrap, or remove data.',
      target: 'capacity',
    },
  ];
}
