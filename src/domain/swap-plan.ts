import type { ClusterState } from '../contract/ceph-activities.ts';
import type { ApprovedDisk, DiskContent, DiskFacts, DiskReason, DiskRow } from '../contract/disk.ts';
import type { PlannedOsd } from '../contract/bootstrap.ts';
import type { Finding } from '../contract/finding.ts';
import type { PlanStep } from '../contract/plan.ts';
import type { SwapPlan } from '../contract/replace-disk.ts';
import { planBootstrap, type BootstrapObservation } from './bootstrap-plan.ts';
import { createOsds } from './bootstrap-steps.ts';
import { hashPlan } from './plan-hash.ts';
import { harmless } from './plan-steps.ts';
import { gib } from './gib.ts';

const OPERATION = 'replace-disk';

export interface Swap {
  osd: number;
  node: string;
  /** Identity of the disk that was put in. */
  disk: string;
  /** A disk with less room is refused. */
  atLeastBytes?: number | undefined;
}

/** Ceph rounds weights, and disks of one size differ by some sectors. */
const SMALLER_BY = 0.99;

/** What a wipe cures. Everything else is the disk's nature, or somebody uses it. */
const CURED_BY_WIPE: readonly DiskReason[] = [
  'HAS_FILESYSTEM',
  'HAS_LVM',
  'HAS_PARTITION_TABLE',
  'HAS_OTHER_SIGNATURE',
  'FOREIGN_OSD',
  'STALE_OSD',
  'DAMAGED_LABEL',
];

/**
 * What becomes of the disk that was put in: the OSD of that id, as bootstrap would make one there. A disk that cannot be used is refused with
 * the reasons of the device table, and has no steps. Where a wipe alone would make it usable, the steps begin with that, and its targets are
 * what would be lost: approving the plan is approving the loss of exactly that, on exactly that disk. Pure.
 */
export function planSwap(seen: BootstrapObservation, swap: Swap): SwapPlan {
  const { cluster } = seen;
  const { osd, node, disk } = swap;
  const whole = planBootstrap(seen);
  const row = whole.disks.find((one) => one.node === node && one.id === disk);
  const lost = contentToLose(seen, swap, row);
  const usable = lost === undefined ? whole : planBootstrap(withoutContent(seen, swap));
  // A disk that was moved here from another host carries an OSD that lives.
  const isTaken = row?.reasons.includes('OWN_OSD') === true && row.osdId !== osd;
  const planned = isTaken ? undefined : usable.osds.find((one) => one.node === node && one.diskId === disk);
  const isTooSmall = planned !== undefined && isSmaller(planned, swap);
  const osds = planned === undefined || isTooSmall ? [] : [planned];
  const isOld = isOldDisk(seen, swap);
  const findings = findingsOf(swap, { row, planned, isTooSmall, isOld });
  const steps = osds.flatMap((one) => [...(lost === undefined ? [] : [wipe(one, lost)]), ...birth(swap, one)]);
  return {
    ...whole,
    operation: OPERATION,
    hash: hashPlan({ operation: OPERATION, cluster, steps, findings }),
    summary: summarise(swap, osds, lost),
    steps,
    findings,
    disks: whole.disks.filter((one) => one.node === node),
    osds,
    node,
    osdId: osd,
    ...(lost === undefined || osds.length === 0 ? {} : { wipes: lost }),
  };
}

/**
 * Why an id is not free for a new disk; `undefined` where it is, or nobody knows. Others may have been at work since it was destroyed. Pure.
 * @param own uuid of the OSD that is planned: an earlier try may have begun it
 */
export function whyNotWaiting(ceph: ClusterState, id: number, own: string | undefined): string | undefined {
  if (!ceph.reachable) return undefined;
  const osd = ceph.osds.find((one) => one.id === id);
  if (osd === undefined) return 'it was taken out of the cluster for good meanwhile';
  if (osd.destroyed === true || osd.uuid === own) return undefined;
  // Begun by an earlier run, and the disk that is there is refused: its own reason is told.
  if (osd.neverServed === true && own === undefined) return undefined;
  return `that id belongs to another OSD by now (${osd.uuid})`;
}

/** `undefined` where there is nothing to lose, or a wipe would not help. */
function contentToLose(
  { facts }: BootstrapObservation,
  { node, disk }: Swap,
  row: DiskRow | undefined,
): NonNullable<SwapPlan['wipes']> | undefined {
  const found = facts.find((host) => host.node === node)?.disks.find(({ id }) => id === disk);
  if (found === undefined || row?.verdict !== 'rejected') return undefined;
  if (!row.reasons.every((reason) => CURED_BY_WIPE.includes(reason))) return undefined;
  return { disk: approvedDisk(node, disk, found), content: contentOf(found) };
}

const approvedDisk = (node: string, id: string, { path, sizeBytes }: DiskFacts): ApprovedDisk => ({
  node,
  path,
  id,
  sizeBytes,
});

const contentOf = ({ signatures, labels }: DiskFacts): DiskContent => ({
  signatures,
  labels: labels.map(({ offsetBytes, osdUuid, cephFsid }) => ({ offsetBytes, osdUuid, cephFsid })),
});

/** By what it says itself; its OSD may have been destroyed while it was away. */
const isOldDisk = ({ facts, fsid }: BootstrapObservation, { osd, node, disk }: Swap): boolean =>
  facts
    .filter((host) => host.node === node)
    .flatMap(({ disks }) => disks)
    .some(({ id, labels }) => id === disk && labels.some((one) => one.cephFsid === fsid.value && one.osdId === osd));

/** As if the disk were blank. */
const withoutContent = (seen: BootstrapObservation, { node, disk }: Swap): BootstrapObservation => ({
  ...seen,
  facts: seen.facts.map((host) =>
    host.node === node
      ? { ...host, disks: host.disks.map((one) => (one.id === disk ? { ...one, signatures: [], labels: [] } : one)) }
      : host,
  ),
});

/** A weight that the document names says what data is placed for, whatever the size. */
const isSmaller = ({ sizeBytes, initialWeight }: PlannedOsd, { atLeastBytes = 0 }: Swap): boolean =>
  initialWeight === undefined && sizeBytes < atLeastBytes * SMALLER_BY;

interface Judged {
  row: DiskRow | undefined;
  planned: PlannedOsd | undefined;
  isTooSmall: boolean;
  isOld: boolean;
}

function findingsOf(swap: Swap, { row, planned, isTooSmall, isOld }: Judged): Finding[] {
  const target = `${swap.node}:${swap.disk}`;
  if (planned !== undefined && isTooSmall) return [smaller(target, planned.sizeBytes, swap.atLeastBytes ?? 0)];
  const what = isOld ? `The old disk of osd.${swap.osd} was put back; it` : 'The disk that was put in';
  if (row === undefined) return [refused(target, `${what} cannot be used as it is: it is gone again`, 'Put a disk in')];
  if (row.reasons.length === 0 || (row.verdict === 'in-use' && planned !== undefined)) return [];
  const because = `${what} cannot be used as it is: ${row.reasons.join(', ')}: ${row.evidence.join('; ')}`;
  return [refused(target, because, planned === undefined ? row.remedy : 'Approve its wipe, where that may be lost')];
}

const refused = (target: string, because: string, remedy: string): Finding => ({
  code: 'NEW_DISK_REFUSED',
  severity: 'warning',
  because: `${because}.`,
  remedy: `${remedy}; or put another one in, which is recognised by itself.`,
  target,
});

const smaller = (target: string, sizeBytes: number, atLeastBytes: number): Finding => ({
  code: 'NEW_DISK_SMALLER',
  severity: 'warning',
  because: `The disk that was put in has ${gib(sizeBytes)}, and data was placed for the ${gib(atLeastBytes)} of the old one: the others would have to take what does not fit.`,
  remedy:
    'Put a disk of at least that size in, which is recognised by itself; or abort, and start again with NEW_DISK_SMALLER in "waive".',
  target,
});

function wipe({ node, path, diskId }: PlannedOsd, { content }: NonNullable<SwapPlan['wipes']>): PlanStep {
  const lost = [
    ...content.signatures.map(({ type, offsetBytes }) => `${type} at ${offsetBytes}`),
    ...content.labels.map(
      ({ osdUuid, cephFsid, offsetBytes }) =>
        `OSD ${osdUuid ?? 'unknown'} of cluster ${cephFsid ?? 'unknown'} at ${offsetBytes}`,
    ),
  ];
  return {
    id: 'wipe-new-disk',
    targets: [`${node}:${diskId}`, ...lost],
    does: `wipe ${path} (${diskId}) of ${node}, on which is ${lost.join(', ')}, and read back`,
    risk: 'destroys-data',
    alwaysAsk: true,
  };
}

const birth = ({ osd, node }: Swap, planned: PlannedOsd): PlanStep[] => [
  createOsds(node, [planned], { madeOsds: [], halfMadeOsds: [] }),
  harmless('weigh-osd', [`osd.${osd}`], `give osd.${osd} the weight of its new disk`),
  harmless('verify', [`osd.${osd}`], 'wait until it is up, in, in its place, and every PG is active and clean'),
  harmless('report-status', ['document'], "write the outcome to the document's status"),
];

function summarise({ osd, node, disk }: Swap, [planned]: PlannedOsd[], lost: SwapPlan['wipes']): string {
  if (planned === undefined) return `The disk ${disk} of ${node} cannot carry osd.${osd}.`;
  const { path, sizeBytes } = planned;
  const first = lost === undefined ? '' : `Wipes ${path} (${disk}) of ${node}, which is not blank, and then makes`;
  return `${first === '' ? 'Makes' : first} osd.${osd} again on ${path} (${disk}, ${gib(sizeBytes)}) of ${node}.`;
}
