import type { DiskFacts, DiskReason, DiskRow, DiskVerdict } from '../contract/disk.ts';
import type { RemovedDisk } from '../contract/osd-activities.ts';
import { findFaults, sortFaults, type Fault } from './disk-faults.ts';
import { findOwner, type KnownOsd, type Owner } from './disk-owner.ts';
import { isFailing, remedyFor, replaceDisk } from './disk-remedy.ts';
import type { SelectedDisk } from './disk-selection.ts';
import type { SuspectOsds } from './suspect-osds.ts';

export interface NodeDisks {
  node: string;
  disks: SelectedDisk[];
}

export interface JudgeDisksInput {
  cluster: string;
  /** Every storage node at once: one disk seen by two hosts can only be told from all of them. */
  nodes: NodeDisks[];
  cephFsid: string | null;
  osds: KnownOsd[];
  allowLoopDevices: boolean;
  /** Uuid that the running operation would give an OSD on this disk; `null` where it makes none. */
  expectedUuid: (node: string, diskId: string) => string | null;
  /** True where `osds` is the whole OSD map as Ceph has it now. */
  mapIsKnown: boolean;
  /** Disks whose OSD was removed: nothing takes them again by itself. */
  removed: readonly RemovedDisk[];
  /** OSDs whose disk Ceph suspects, with the codes it raises for each. */
  suspects: SuspectOsds;
}

/** Where an OSD of ours stands half made, these are in the nature of the disk or of its making and do not forbid to go on. */
const HARMLESS_WHEN_UNFINISHED: DiskReason[] = ['UNFINISHED_OSD', 'IN_USE', 'NOT_SELECTED'];

function verdictOf(reasons: DiskReason[], { osdUuid }: Owner): DiskVerdict {
  if (reasons.length === 0) return 'eligible';
  if (reasons.includes('OWN_OSD')) return 'in-use';
  if (osdUuid && reasons.every((reason) => HARMLESS_WHEN_UNFINISHED.includes(reason))) return 'in-use';
  return reasons.includes('NOT_SELECTED') ? 'not-selected' : 'rejected';
}

function judgeDisk(input: JudgeDisksInput, { node, disks }: NodeDisks, disk: SelectedDisk): DiskRow {
  const { facts, selection } = disk;
  const isSame = (other: DiskFacts): boolean => facts.id !== null && other.id === facts.id;
  const twins = disks.filter((other) => other !== disk && isSame(other.facts));
  const others = input.nodes.filter((other) => other.node !== node && other.disks.some((one) => isSame(one.facts)));
  const owner = findOwner(facts.labels, {
    cephFsid: input.cephFsid,
    osds: input.osds,
    mapIsKnown: input.mapIsKnown,
    expectedUuid: facts.id === null ? null : input.expectedUuid(node, facts.id),
  });
  const notSelected = selection.by === 'none' ? [{ reason: 'NOT_SELECTED' as const, evidence: selection.because }] : [];
  const surroundings = {
    allowLoopDevices: input.allowLoopDevices,
    twins,
    otherNodes: others.map((other) => other.node),
  };
  const buried = owner.faults.some(({ reason }) => reason === 'OWN_OSD') ? [] : tombstone(input.removed, node, facts);
  const suspected = suspicion(input.suspects, owner);
  const faults = sortFaults([
    ...findFaults(disk, surroundings),
    ...owner.faults,
    ...notSelected,
    ...buried,
    ...suspected,
  ]);
  const reasons = faults.map(({ reason }) => reason);
  const { path, id, sizeBytes, rotational } = facts;
  const { osdId, osdUuid } = owner;
  const verdict = verdictOf(reasons, owner);
  const replaced = verdict === 'in-use' && osdId !== undefined && isFailing(reasons);
  return {
    node,
    path,
    id,
    sizeBytes,
    rotational,
    verdict,
    reasons,
    evidence: faults.map(({ evidence }) => evidence),
    remedy: replaced ? replaceDisk(input.cluster, osdId) : remedyFor(reasons),
    ...(osdId === undefined ? {} : { osdId }),
    ...(osdUuid === undefined ? {} : { osdUuid }),
  };
}

/** By its identity on its host, or by the uuid in its label, wherever it is: it may have been away when its OSD was removed. */
const tombstone = (removed: readonly RemovedDisk[], node: string, { id, labels }: DiskFacts): Fault[] =>
  removed
    .filter(
      (one) =>
        (one.node === node && one.disk !== null && one.disk === id) ||
        labels.some(({ osdUuid }) => osdUuid === one.osdUuid),
    )
    .slice(0, 1)
    .map(({ osdId, since }) => ({ reason: 'REMOVED', evidence: `osd.${osdId} was removed from it at ${since}` }));

function suspicion(suspects: SuspectOsds, { faults, osdId }: Owner): Fault[] {
  const codes = osdId === undefined ? undefined : suspects.get(osdId);
  if (codes === undefined || !faults.some(({ reason }) => reason === 'OWN_OSD')) return [];
  return [{ reason: 'OSD_SUSPECT', evidence: `Ceph raises ${codes.join(', ')} for osd.${osdId}` }];
}

const byNodeAndPath = (a: DiskRow, b: DiskRow): number =>
  a.node === b.node ? compare(a.path, b.path) : compare(a.node, b.node);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/**
 * The device table: one row per disk, ordered by node and path. A disk is `eligible` only if nothing at all speaks against it; that the
 * document names it never outweighs what is on it.
 */
export const judgeDisks = (input: JudgeDisksInput): DiskRow[] =>
  input.nodes.flatMap((node) => node.disks.map((disk) => judgeDisk(input, node, disk))).sort(byNodeAndPath);
