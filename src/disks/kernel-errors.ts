import { MOST_IO_ERRORS } from '../contract/disk.ts';

/** One line of the log about a failed read or write. */
export interface KernelError {
  /** Microseconds since boot. */
  at: number;
  sector?: number;
}

/** What the log told of block devices so far. */
export interface KernelErrors {
  /** By the kernel's name of the whole device; the newest MOST_IO_ERRORS. */
  errors: Map<string, KernelError[]>;
  /** When a device of this name (`sdb`, or the controller `nvme0`) came last, where the kernel says so. */
  arrivals: Map<string, number>;
  /** Time of the newest record of all. */
  newestAt: number;
}

export const noKernelErrors = (): KernelErrors => ({ errors: new Map(), arrivals: new Map(), newestAt: 0 });

/** `<priority and facility>,<sequence>,<microseconds>,<flags>...;<text>`; lines that go on with a blank are properties of the record. */
const RECORD = /^(\d+),\d+,(\d+),[^;]*;(.*)$/;

/** Linux 4.15 to 6: the request that failed. Versions differ in what stands before it. */
const REQUEST =
  /^(?:(?:blk_update_request|print_req_error): )?(?:I\/O|critical medium|critical target) error, dev ([^\s,]+), sector (\d+)(?: op 0x[\da-f]+:\((\w+)\))?/;
/** The buffer that could not be read or written. */
const BUFFER = /^Buffer I\/O error on dev(?:ice)? ([^\s,]+), logical block/;

/** A disk that cannot do one of these refuses it, which is no failure of the disk. */
const REFUSABLE = new Set(['DISCARD', 'SECURE_ERASE', 'WRITE_ZEROES']);

/** Told once per device, when it comes. Loop devices have such a line as well, which the kernel leaves out where several come at once. */
const ARRIVALS = [
  /^sd \S+ \[(sd[a-z]+)\] Attached SCSI /,
  /^virtio_blk \S+ \[(vd[a-z]+)\] \d/,
  /^nvme (nvme\d+): pci function /,
];

/** `sdb` of `sdb1`, `nvme0n1` of `nvme0n1p2`. */
export function wholeDevice(name: string): string {
  const [, numbered] = /^((?:nvme\d+n|loop|mmcblk|nbd|rbd|md)\d+)p\d+$/.exec(name) ?? [];
  const [, lettered] = /^((?:[hsv]|xv)d[a-z]+)\d+$/.exec(name) ?? [];
  return numbered ?? lettered ?? name;
}

function errorIn(text: string): { name: string; sector?: number } | null {
  const [, named, sector, operation = ''] = REQUEST.exec(text) ?? [];
  if (named !== undefined) return REFUSABLE.has(operation) ? null : { name: named, sector: Number(sector) };
  const [, buffered] = BUFFER.exec(text) ?? [];
  return buffered === undefined ? null : { name: buffered };
}

/** Adds records of the log to what is known. Only the kernel's own count: programs may write to the log as well. */
export function addRecords(known: KernelErrors, records: string): void {
  for (const line of records.split('\n')) {
    const [, priority, microseconds, text] = RECORD.exec(line) ?? [];
    if (text === undefined) continue;
    const at = Number(microseconds);
    known.newestAt = Math.max(known.newestAt, at);
    if (Number(priority) >> 3 !== 0) continue;
    for (const arrival of ARRIVALS) {
      const [, name] = arrival.exec(text) ?? [];
      if (name !== undefined) known.arrivals.set(name, at);
    }
    const error = errorIn(text);
    if (error === null) continue;
    const device = wholeDevice(error.name);
    const { sector } = error;
    const before = (known.errors.get(device) ?? []).slice(1 - MOST_IO_ERRORS);
    known.errors.set(device, [...before, { at, ...(sector === undefined ? {} : { sector }) }]);
  }
}

/** Of errors of a device, those that are newer than a time and than the kernel's own word that a device of this name came. */
export function errorsSince({ errors, arrivals }: KernelErrors, device: string, since: number): KernelError[] {
  const [controller = device] = /^nvme\d+/.exec(device) ?? [];
  const start = Math.max(since, arrivals.get(controller) ?? 0);
  return (errors.get(device) ?? []).filter(({ at }) => at > start);
}
