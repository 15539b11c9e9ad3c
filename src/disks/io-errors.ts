import { join } from 'node:path';
import type { IoErrors } from '../contract/disk.ts';
import type { BlockDevice } from './block-devices.ts';
import type { DiskHost } from './disk-host.ts';
import { errorsSince, type KernelError } from './kernel-errors.ts';
import { readText } from './kernel-files.ts';
import { readKernelLog, type SeenMedium } from './kernel-log.ts';
import { readUdevRecord } from './udev-record.ts';

/**
 * Errors of these devices in the kernel's log, by kernel name; `null` where the log, or the time of boot, cannot be read. A new disk is never blamed for one that
 * had its name before: only errors count that are newer than the latest sign of its coming. Where that is told too late, the first errors of
 * a disk are missed; a disk that fails has more.
 */
export async function readIoErrors(host: DiskHost, devices: BlockDevice[]): Promise<Map<string, IoErrors> | null> {
  const log = await readKernelLog(host.kernelLog);
  if (log === null) return null;
  const { known, media } = log;
  // Before anything is awaited: another look must not see these media later than the records that were read now.
  const { newestAt } = known;
  const found = await Promise.all(
    devices.map(async (device) => {
      const { kernelName } = device;
      const medium = await readMedium(device, media.get(kernelName), newestAt);
      media.set(kernelName, medium);
      const { initialisedAt } = await readUdevRecord(host, device.majorMinor);
      const errors = errorsSince(known, kernelName, Math.max(medium.since, initialisedAt ?? 0));
      return [device, errors] as const;
    }),
  );
  const failing = found.filter(([, errors]) => errors.length > 0);
  if (failing.length === 0) return new Map();
  const bootedAt = await readBootTime(host.procStat);
  if (bootedAt === null) return null;
  const told = failing.map(
    async ([device, errors]) => [device.kernelName, await tell(device, errors, bootedAt)] as const,
  );
  return new Map(await Promise.all(told));
}

/**
 * Which medium is in the device. A loop device keeps its name and its udev record when another file is put into it, and the kernel leaves out
 * the line that would tell of it where several come at once; so what the log held when a medium was seen first is not counted as its own.
 */
async function readMedium(
  { type, sysPath }: BlockDevice,
  before: SeenMedium | undefined,
  newestAt: number,
): Promise<SeenMedium> {
  const sequence = await readText(join(sysPath, 'diskseq'));
  if (before?.sequence === sequence && sequence !== null) return before;
  const sawAnother = before !== undefined && before.sequence !== sequence;
  // Without the number nothing tells files of a loop device apart, so none of its errors count.
  return { sequence, since: type === 'loop' || sawAnother ? newestAt : (before?.since ?? 0) };
}

async function tell({ sysPath }: BlockDevice, errors: KernelError[], bootedAt: number): Promise<IoErrors> {
  const sector = errors.findLast((error) => error.sector !== undefined)?.sector;
  const driveCounts = (await readText(join(sysPath, 'device', 'ioerr_cnt')))?.replace(/^0x/, '');
  const lastAt = bootedAt + Math.floor((errors.at(-1)?.at ?? 0) / 1_000_000);
  return {
    count: errors.length,
    lastAt: new Date(lastAt * 1000).toISOString(),
    ...(sector === undefined ? {} : { sector }),
    ...(driveCounts === undefined ? {} : { driveCounts }),
  };
}

/** Seconds since the epoch. The kernel's own word, so that the same record has the same time in every look. */
async function readBootTime(procStat: string): Promise<number | null> {
  const [, seconds] = /^btime (\d+)$/m.exec((await readText(procStat)) ?? '') ?? [];
  return seconds === undefined ? null : Number(seconds);
}
