import type { DiskReason } from '../contract/disk.ts';

/** What would make a disk usable, by reason. */
const REMEDIES: Record<DiskReason, string> = {
  MOUNTED: 'unmount it',
  HAS_FILESYSTEM: 'wipe it if its files are not needed',
  HAS_LVM: 'remove its volume group if it is not needed',
  HAS_PARTITION_TABLE: 'wipe it if its partitions are not needed',
  HAS_PARTITIONS: 'wipe it if its partitions are not needed',
  HAS_OTHER_SIGNATURE: 'wipe it if what is on it is not needed',
  HAS_HOLDERS: 'take away what is built on it',
  HOLDS_SYSTEM: 'none: the host needs it',
  FOREIGN_OSD: 'tear down the other cluster, or wipe the disk if its data is not needed',
  STALE_OSD: 'wipe it if the data of that former OSD is not needed',
  DAMAGED_LABEL: 'find out whose OSD it was; wipe it if its data is not needed',
  TOO_SMALL: 'use a larger disk',
  READ_ONLY: 'make it writable',
  NO_STABLE_ID: 'give the disk a serial number (a virtual disk), or use another one',
  DUPLICATE_ID: 'list exactly one of them by name, or give each a serial number of its own',
  SHARED_DEVICE: 'give the disk to one host alone',
  LOOP_DEVICE: 'use a disk; loop devices are for labs (ALLOW_LOOP_DEVICES)',
  UNSUPPORTED_TYPE: 'use a whole disk',
  REMOVABLE: 'list it by name if it is meant',
  IN_USE: 'end the program that holds it',
  UNREADABLE: 'check or replace the disk',
  IO_ERRORS: 'replace the disk',
  NOT_SELECTED: 'choose it in the document (storage)',
  OWN_OSD: 'none: it serves this cluster',
  OSD_SUSPECT: 'replace the disk',
  UNFINISHED_OSD: 'the operation that makes its OSD goes on with it',
  REMOVED: 'add it on purpose, with add-disk and its identity in "devices"',
};

/** Of a disk that serves, these make it a candidate for another one. */
const FAILING: readonly DiskReason[] = ['IO_ERRORS', 'OSD_SUSPECT'];

export const isFailing = (reasons: readonly DiskReason[]): boolean =>
  reasons.some((reason) => FAILING.includes(reason));

/** The operation with its input, ready to be started. */
export const replaceDisk = (cluster: string, osdId: number): string =>
  `replace-disk ${JSON.stringify({ cluster, osd: osdId })}`;

/** One sentence out of the remedies of all reasons, each once. */
export function remedyFor(reasons: DiskReason[]): string {
  const remedies = [...new Set(reasons.map((reason) => REMEDIES[reason]))];
  // Where the disk has to stay as it is, advice to wipe it would be dangerous.
  const final = remedies.find((remedy) => remedy.startsWith('none:'));
  return final ?? remedies.join('; ');
}
