/** Where BlueStore keeps copies of its label, in bytes from the start of the device (shared by all supported releases;
 *  releases before 20 write only the first). Source: BlueStore's bdev_label_positions. */
export const LABEL_OFFSETS_BYTES = [0, 1, 10, 100, 1000].map((gibibytes) => gibibytes * 2 ** 30);

/** Smallest disk that may become an OSD: ceph-volume's own limit, "Insufficient space (<5GB)". */
export const MINIMUM_OSD_BYTES = 5 * 2 ** 30;

/** Ceph counts CRUSH weights in these. */
export const TIB_BYTES = 2 ** 40;

/** What one copy of a BlueStore label says. Never carries the OSD's key. */
export interface BlueStoreLabel {
  offsetBytes: number;
  /** `null` where the header is there but the content cannot be read: still foreign, never blank. */
  osdUuid: string | null;
  cephFsid: string | null;
  osdId: number | null;
  /** `mkfs_done` and `ready` of the label: both true only after a completed mkfs. */
  mkfsDone: boolean;
  ready: boolean;
}

/** A file system, partition table, LVM, RAID or other signature as libblkid sees it. */
export interface Signature {
  type: string;
  offsetBytes: number;
}

export type BlockDeviceType =
  'disk' | 'loop' | 'partition' | 'device-mapper' | 'md' | 'rbd' | 'nbd' | 'zram' | 'ram' | 'rom' | 'other';

/** Errors of a block device that the kernel's log still holds. */
export interface IoErrors {
  /** Lines, of which one failed read or write may give two; at most MOST_IO_ERRORS. */
  count: number;
  /** ISO 8601, in whole seconds. */
  lastAt: string;
  /** Of the last line that names one, in units of 512 bytes. */
  sector?: number;
  /** The drive's own counter in hexadecimal digits, where it has one. It counts harmless answers too, so it is evidence and no reason. */
  driveCounts?: string;
}

/** More of them say nothing new. */
export const MOST_IO_ERRORS = 1000;

/** Facts about one block device of one host, read without changing anything. No judgement in it. */
export interface DiskFacts {
  /** Path in the host's /dev, e.g. `/dev/sdb`. */
  path: string;
  kernelName: string;
  /** `8:16` */
  majorMinor: string;
  type: BlockDeviceType;
  /** Stable identity: `wwn:...`, `serial:...`, `loop:<backing file>`; `null` where the hardware tells none. */
  id: string | null;
  /** Links under /dev/disk/by-* that point here, sorted. */
  aliases: string[];
  model: string | null;
  sizeBytes: number;
  rotational: boolean;
  readOnly: boolean;
  removable: boolean;
  mounts: string[];
  /** Kernel names of devices built on top (device mapper, md, ...), sorted. */
  holders: string[];
  /** Kernel names of partitions, sorted. */
  partitions: string[];
  signatures: Signature[];
  /** Every copy of a BlueStore label found at LABEL_OFFSETS_BYTES inside the device. */
  labels: BlueStoreLabel[];
  /** Set where the host's root or another system mount lies on this device or above it. */
  holdsSystem: boolean;
  /** `null`, or why an exclusive open (O_EXCL) failed, e.g. `EBUSY`. A running OSD shows EBUSY. */
  exclusiveOpenError: string | null;
  /** `null`, or why parts of these facts could not be read (such a disk is never eligible). */
  readError: string | null;
  /** Absent where the kernel tells of none since this device is there, and from agents of older releases; `null` where its log cannot be read. */
  ioErrors?: IoErrors | null;
}

export const DISK_REASONS = [
  'MOUNTED',
  'HAS_FILESYSTEM',
  'HAS_LVM',
  'HAS_PARTITION_TABLE',
  'HAS_PARTITIONS',
  'HAS_OTHER_SIGNATURE',
  'HAS_HOLDERS',
  'HOLDS_SYSTEM',
  'FOREIGN_OSD',
  'STALE_OSD',
  'DAMAGED_LABEL',
  'TOO_SMALL',
  'READ_ONLY',
  'NO_STABLE_ID',
  'DUPLICATE_ID',
  'SHARED_DEVICE',
  'LOOP_DEVICE',
  'UNSUPPORTED_TYPE',
  'REMOVABLE',
  'IN_USE',
  'UNREADABLE',
  'IO_ERRORS',
  'NOT_SELECTED',
  'OWN_OSD',
  'OSD_SUSPECT',
  'UNFINISHED_OSD',
  'REMOVED',
] as const;
export type DiskReason = (typeof DISK_REASONS)[number];

export type DiskVerdict = 'eligible' | 'in-use' | 'rejected' | 'not-selected';

/** One line of the device table: a disk, whether it becomes an OSD, and why not. */
export interface DiskRow {
  node: string;
  path: string;
  id: string | null;
  sizeBytes: number;
  rotational: boolean;
  verdict: DiskVerdict;
  /** Sorted as in DISK_REASONS; empty only for `eligible`. */
  reasons: DiskReason[];
  /** One short sentence per reason, with what was seen. */
  evidence: string[];
  /** What would make the disk usable, or replace it where an OSD of ours lives on one that fails; empty for `eligible`. */
  remedy: string;
  /** The OSD living here, when the verdict is `in-use` by this cluster. */
  osdId?: number;
  osdUuid?: string;
}

/** What a person was shown to be on a disk whose wipe they approved: nothing else on it may be lost. */
export interface DiskContent {
  signatures: Signature[];
  labels: Pick<BlueStoreLabel, 'offsetBytes' | 'osdUuid' | 'cephFsid'>[];
}

/** The disk a person approved, by identity. Everything that writes gets exactly this and compares again. */
export interface ApprovedDisk {
  node: string;
  path: string;
  id: string;
  sizeBytes: number;
}
