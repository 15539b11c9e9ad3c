import { createHash } from 'node:crypto';
import { readAliases } from './aliases.ts';
import { listBlockDevices } from './block-devices.ts';
import { readOutsideFacts } from './disk-facts.ts';
import type { DiskHost } from './disk-host.ts';
import { readIoErrors } from './io-errors.ts';
import { readMounts } from './mounts.ts';

/** A dying disk gives errors all the time; only ten times as many are news. */
const stepOf = (count: number): number => Math.floor(Math.log10(count));

/**
 * Changes whenever a block device of this host comes, goes, is used otherwise, or has its first, tenth, hundredth I/O error, as far as the
 * kernel tells without a device being opened.
 * Cheap enough for every half minute on a host with a hundred disks.
 */
export async function deviceFingerprint(host: DiskHost): Promise<string> {
  const [devices, mounts, aliases] = await Promise.all([
    listBlockDevices(host),
    readMounts(host),
    readAliases(host.dev),
  ]);
  const facts = await Promise.all(
    devices.map((device) => readOutsideFacts(host, device, { mounts, aliases: aliases.get(device.path) ?? [] })),
  );
  const sorted = facts.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const ioErrors = [...((await readIoErrors(host, devices)) ?? [])].map(([name, { count }]) => [name, stepOf(count)]);
  return createHash('sha256')
    .update(JSON.stringify([sorted, ioErrors]))
    .digest('hex')
    .slice(0, 16);
}
