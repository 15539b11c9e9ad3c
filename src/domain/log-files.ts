import type { LogRotation } from '../spec/log-rotation.ts';

/** Rotated files of a daemon that are kept, as with Rook. */
const KEPT = 7;

/** A daemon's files in the directory of its logs. */
export interface DaemonLogs {
  /** `ceph-osd.3`, as its socket is called. */
  daemon: string;
  /** `undefined` where the daemon has not opened one. */
  current: string | undefined;
  /** Names of rotated files, oldest first. */
  rotated: string[];
}

const LOG = /^(ceph-[a-z]+(?:-[a-z]+)*\..+?)\.log(?:\.(\d{8}T\d{6}Z)(?:\.gz)?)?$/;

/** Sorts the names of a directory by daemon; what is no daemon's log is left alone. */
export function daemonLogs(names: string[]): DaemonLogs[] {
  const found = new Map<string, DaemonLogs>();
  for (const name of names.toSorted()) {
    const [, daemon, stamp] = LOG.exec(name) ?? [];
    if (daemon === undefined) continue;
    const logs = found.get(daemon) ?? { daemon, current: undefined, rotated: [] };
    found.set(daemon, stamp === undefined ? { ...logs, current: name } : { ...logs, rotated: [...logs.rotated, name] });
  }
  return [...found.values()];
}

/** Names of rotated files sort by time: `ceph-osd.3.log.20261122T104500Z`. */
export const rotatedName = (current: string, now: Date): string =>
  `${current}.${now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')}`;

/** Since when the current file is written, in milliseconds: the last rotation, or its own birth where there was none. */
export function currentSince({ rotated }: DaemonLogs, bornAt: number): number {
  const [, year, month, day, hour, minute, second] =
    /\.(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:\.gz)?$/.exec(rotated.at(-1) ?? '') ?? [];
  if (year === undefined) return bornAt;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

export const isDue = (
  { sizeBytes, sinceMilliseconds }: { sizeBytes: number; sinceMilliseconds: number },
  { everySeconds, maxSizeBytes }: LogRotation,
  now: Date,
): boolean => sizeBytes > 0 && (sizeBytes >= maxSizeBytes || now.getTime() - sinceMilliseconds >= everySeconds * 1000);

/** Rotated files beyond those that are kept. */
export const toRemove = ({ rotated }: DaemonLogs): string[] => rotated.slice(0, -KEPT);

/** The newest one is left as it is: a daemon that was slow to open a new file may still write to it. */
export const toCompress = ({ rotated }: DaemonLogs): string[] =>
  rotated.slice(-KEPT, -1).filter((name) => !name.endsWith('.gz'));
