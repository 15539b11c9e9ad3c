import type { DiskRow } from '../contract/disk.ts';
import type { Finding } from '../contract/finding.ts';
import { replaceDisk } from './disk-remedy.ts';
import type { ObservedHealth } from './health-observation.ts';
import { suspectOsds } from './suspect-osds.ts';

/** OSDs on disks that fail, by the kernel's word or by Ceph's, one finding each. No count is in it: a dying disk is one story. Pure. */
export function judgeServingDisks({ cluster, ceph, rows }: ObservedHealth): Finding[] {
  // What Ceph alone suspects can be muted; nobody mutes the kernel.
  const checks = ceph.reachable ? ceph.health.checks.filter(({ muted }) => !muted) : [];
  const suspects = suspectOsds(checks);
  const serving = new Map(rows.flatMap((row) => (isServing(row) ? [[row.osdId, row] as const] : [])));
  const logged = [...serving].flatMap(([osdId, { reasons }]) => (reasons.includes('IO_ERRORS') ? [osdId] : []));
  const failing = [...new Set([...logged, ...suspects.keys()])].toSorted((a, b) => a - b);
  return failing.map((osdId): Finding => {
    const row = serving.get(osdId);
    const where = row === undefined ? '' : ` on ${row.path} (${row.id ?? 'without identity'}) of ${row.node}`;
    const signs = [
      ...(logged.includes(osdId) ? ['the kernel logged I/O errors of it'] : []),
      ...(suspects.has(osdId) ? [`Ceph raises ${suspects.get(osdId)?.join(', ')}`] : []),
    ];
    return {
      code: 'DISK_SUSPECT',
      severity: 'warning',
      because: `The disk of osd.${osdId}${where} may be failing: ${signs.join(', and ')}.`,
      remedy: `Replace it: ${replaceDisk(cluster, osdId)}. The plan asks before anything is changed.`,
      target: `osd.${osdId}`,
    };
  });
}

type Serving = DiskRow & { osdId: number };

const isServing = (row: DiskRow): row is Serving => row.osdId !== undefined && row.reasons.includes('OWN_OSD');

/**
 * Hosts whose rows say otherwise than Ceph does now of which disks are suspect. Agents notice what the kernel tells; what Ceph tells is noticed
 * here. None while rows cannot be judged: without Ceph or document, and while an operation runs, which judges by itself. Pure.
 */
export function hostsToJudgeAgain({ ceph, rows, document, running }: ObservedHealth): string[] {
  if (!ceph.reachable || document?.hash == null || running.length > 0) return [];
  const suspects = suspectOsds(ceph.health.checks);
  const differing = rows.filter(
    (row) => isServing(row) && suspects.has(row.osdId) !== row.reasons.includes('OSD_SUSPECT'),
  );
  return [...new Set(differing.map(({ node }) => node))].toSorted();
}
