import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlockDeviceType } from '../contract/disk.ts';
import type { DiskHost } from './disk-host.ts';
import { listNames, readText } from './kernel-files.ts';

/** A whole block device of this host (not a partition). */
export interface BlockDevice {
  kernelName: string;
  /** `8:16` */
  majorMinor: string;
  /** Its node in the host's /dev. */
  path: string;
  /** Its directory in sysfs. */
  sysPath: string;
  type: BlockDeviceType;
  sizeBytes: number;
}

const TYPE_BY_NAME: [RegExp, BlockDeviceType][] = [
  [/^loop\d/, 'loop'],
  [/^zram\d/, 'zram'],
  [/^ram\d/, 'ram'],
  [/^dm-\d/, 'device-mapper'],
  [/^md(\d|_)/, 'md'],
  [/^rbd\d/, 'rbd'],
  [/^nbd\d/, 'nbd'],
  [/^(sr|scd)\d/, 'rom'],
];

/** `8:16` of a device number as stat reports it. Linux: 12 bits of major and 20 of minor, interleaved. */
export function majorMinor(rdev: number): string {
  const wide = BigInt(rdev);
  const major = ((wide >> 8n) & 0xfffn) | ((wide >> 32n) & ~0xfffn & 0xffffffffn);
  const minor = (wide & 0xffn) | ((wide >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}

/** Device number behind a path, `null` where there is no block device. Symbolic links are not followed. */
export async function nodeNumber(path: string): Promise<string | null> {
  const node = await lstat(path).catch(() => null);
  return node?.isBlockDevice() ? majorMinor(node.rdev) : null;
}

const devName = (kernelName: string): string => kernelName.replaceAll('!', '/');

async function typeOf(kernelName: string, sysPath: string): Promise<BlockDeviceType> {
  const named = TYPE_BY_NAME.find(([pattern]) => pattern.test(kernelName));
  if (named) return named[1];
  return (await listNames(join(sysPath, 'device'))).length > 0 ? 'disk' : 'other';
}

/** Nodes of the host's /dev by device number. A node may carry another name than the kernel's; its number is what counts. */
async function nodesByNumber(dev: string): Promise<Map<string, string>> {
  const nodes = new Map<string, string>();
  for (const name of await listNames(dev)) {
    const number = await nodeNumber(join(dev, name));
    if (number && !nodes.has(number)) nodes.set(number, join(dev, name));
  }
  return nodes;
}

/** Size as the kernel has it now. */
export const readSizeBytes = async (sysPath: string): Promise<number> =>
  Number((await readText(join(sysPath, 'size'))) ?? '0') * 512;

/**
 * Whole block devices that are this host's: in sysfs and with a node in /dev. sysfs alone shows what belongs to others where hosts
 * share a kernel. Slots without a medium (loop and network block devices that nothing is attached to) are left out.
 */
export async function listBlockDevices(host: DiskHost): Promise<BlockDevice[]> {
  const nodes = await nodesByNumber(host.dev);
  const devices: BlockDevice[] = [];
  for (const kernelName of await listNames(join(host.sys, 'block'))) {
    const sysPath = join(host.sys, 'block', kernelName);
    const number = await readText(join(sysPath, 'dev'));
    if (!number) continue;
    const ownName = join(host.dev, devName(kernelName));
    const path = (await nodeNumber(ownName)) === number ? ownName : nodes.get(number);
    if (!path) continue;
    const type = await typeOf(kernelName, sysPath);
    const sizeBytes = await readSizeBytes(sysPath);
    if (sizeBytes === 0 && type !== 'disk') continue;
    devices.push({ kernelName, majorMinor: number, path, sysPath, type, sizeBytes });
  }
  return devices;
}
