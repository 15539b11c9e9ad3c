import {
  DISK_REASONS,
  MINIMUM_OSD_BYTES,
  MOST_IO_ERRORS,
  type DiskFacts,
  type DiskReason,
  type IoErrors,
} from '../contract/disk.ts';
import type { SelectedDisk } from './disk-selection.ts';
import { signatureReason } from './signature-kind.ts';

/** One reason with what was seen. */
export interface Fault {
  reason: DiskReason;
  evidence: string;
}

/** What is asked about a disk besides its own facts. */
export interface Surroundings {
  allowLoopDevices: boolean;
  /** Other disks of the same host with this identity. */
  twins: SelectedDisk[];
  /** Other hosts that show a disk with this identity. */
  otherNodes: string[];
}

/** How many GiB, for a person. */
const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

function signatureFaults({ signatures }: DiskFacts): Fault[] {
  const kinds = Map.groupBy(signatures, ({ type }) => signatureReason(type));
  return [...kinds].map(([reason, found]) => ({
    reason,
    evidence: `signature ${found.map(({ type, offsetBytes }) => `${type} at byte ${offsetBytes}`).join(', ')}`,
  }));
}

function useFaults(facts: DiskFacts): Fault[] {
  const { mounts, holders, partitions, exclusiveOpenError } = facts;
  const faults: Fault[] = [];
  if (mounts.length > 0) faults.push({ reason: 'MOUNTED', evidence: `mounted at ${mounts.join(', ')}` });
  if (partitions.length > 0) faults.push({ reason: 'HAS_PARTITIONS', evidence: `partitions ${partitions.join(', ')}` });
  if (holders.length > 0) faults.push({ reason: 'HAS_HOLDERS', evidence: `${holders.join(', ')} built on it` });
  if (facts.holdsSystem) faults.push({ reason: 'HOLDS_SYSTEM', evidence: 'the host runs from it' });
  if (exclusiveOpenError !== null) {
    faults.push({ reason: 'IN_USE', evidence: `the exclusive open fails with ${exclusiveOpenError}` });
  }
  return faults;
}

function describeErrors({ count, lastAt, sector, driveCounts }: IoErrors): string {
  const counted = `the kernel logged ${count < MOST_IO_ERRORS ? count : `${count} or more`} I/O errors`;
  const last = `the last at ${lastAt}${sector === undefined ? '' : `, sector ${sector}`}`;
  return `${counted}, ${last}${driveCounts === undefined ? '' : `; the drive itself counts 0x${driveCounts}`}`;
}

function hardwareFaults({ facts, selection }: SelectedDisk, allowLoopDevices: boolean): Fault[] {
  const { type, sizeBytes, readError } = facts;
  const faults: Fault[] = [];
  if (sizeBytes < MINIMUM_OSD_BYTES) {
    faults.push({ reason: 'TOO_SMALL', evidence: `${gibibytes(sizeBytes)}; ${gibibytes(MINIMUM_OSD_BYTES)} needed` });
  }
  if (facts.readOnly) faults.push({ reason: 'READ_ONLY', evidence: 'the kernel has it read-only' });
  if (type === 'loop') {
    if (!allowLoopDevices) faults.push({ reason: 'LOOP_DEVICE', evidence: 'a file, not a disk' });
  } else if (type !== 'disk') {
    faults.push({ reason: 'UNSUPPORTED_TYPE', evidence: `type ${type}` });
  }
  if (facts.removable && selection.by !== 'name') faults.push({ reason: 'REMOVABLE', evidence: 'a removable medium' });
  if (readError !== null) faults.push({ reason: 'UNREADABLE', evidence: readError });
  if (facts.ioErrors) faults.push({ reason: 'IO_ERRORS', evidence: describeErrors(facts.ioErrors) });
  return faults;
}

/**
 * A disk without any identity cannot be guarded when it is written to, so naming it does not help. One of several with the same
 * identity is accepted when it alone is chosen, by name: two paths to one disk would else become two OSDs on the same bytes.
 */
function identityFaults({ facts, selection }: SelectedDisk, { twins, otherNodes }: Surroundings): Fault[] {
  if (facts.id === null) return [{ reason: 'NO_STABLE_ID', evidence: 'neither WWN nor serial number' }];
  const faults: Fault[] = [];
  const isOnlyChoice = selection.by === 'name' && twins.every((twin) => twin.selection.by === 'none');
  if (twins.length > 0 && !isOnlyChoice) {
    const paths = twins.map((twin) => twin.facts.path).sort();
    faults.push({ reason: 'DUPLICATE_ID', evidence: `${paths.join(', ')} has the same identity ${facts.id}` });
  }
  if (otherNodes.length > 0) {
    faults.push({ reason: 'SHARED_DEVICE', evidence: `${facts.id} is also on ${[...otherNodes].sort().join(', ')}` });
  }
  return faults;
}

/** Everything about a disk, BlueStore labels aside, that keeps it from becoming an OSD. */
export const findFaults = (disk: SelectedDisk, surroundings: Surroundings): Fault[] => [
  ...signatureFaults(disk.facts),
  ...useFaults(disk.facts),
  ...hardwareFaults(disk, surroundings.allowLoopDevices),
  ...identityFaults(disk, surroundings),
];

/** Faults in the order of DISK_REASONS. */
export const sortFaults = (faults: Fault[]): Fault[] =>
  [...faults].sort((a, b) => DISK_REASONS.indexOf(a.reason) - DISK_REASONS.indexOf(b.reason));
