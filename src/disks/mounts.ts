import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import { majorMinor } from './block-devices.ts';
import type { DiskHost } from './disk-host.ts';
import { readText } from './kernel-files.ts';

export interface Mount {
  /** Device number of the file system, or of its source where the file system has none of its own (btrfs). */
  number: string;
  /** Mount point, or `[swap]`. */
  at: string;
}

const SYSTEM_PLACES = new Set(['/', '/boot', '/boot/efi', '/efi', '/usr', '/var', '/etc', '/home', '/opt', '/sysroot']);
/** kubelet binds these into every container from its own directory, so they betray the host's system disk. */
const BOUND_BY_KUBELET = new Set(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/dev/termination-log']);

/** Whether the host could not live without what is mounted there. */
export const isSystemMount = (at: string): boolean => SYSTEM_PLACES.has(at) || BOUND_BY_KUBELET.has(at);

const unescape = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

async function numberOf(host: DiskHost, source: string): Promise<string | null> {
  if (!source.startsWith('/dev/')) return null;
  const node = await stat(join(host.dev, source.slice('/dev/'.length))).catch(() => null);
  return node?.isBlockDevice() ? majorMinor(node.rdev) : null;
}

async function readMountTable(host: DiskHost, path: string): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const line of ((await readText(path)) ?? '').split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , number = '', , at = ''] = before.split(' ');
    if (!number) continue;
    const source = unescape(after.split(' ')[1] ?? '');
    mounts.push({ number, at: unescape(at) });
    const sourceNumber = await numberOf(host, source);
    if (sourceNumber && sourceNumber !== number) mounts.push({ number: sourceNumber, at: unescape(at) });
  }
  return mounts;
}

async function readSwaps(host: DiskHost): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const line of ((await readText(host.swaps)) ?? '').split('\n').slice(1)) {
    const number = await numberOf(host, unescape(line.split(/\s+/)[0] ?? ''));
    if (number) mounts.push({ number, at: '[swap]' });
  }
  return mounts;
}

/** Everything that is known to be mounted or swapped to, from all tables that can be read. Never complete inside a container. */
export async function readMounts(host: DiskHost): Promise<Mount[]> {
  const tables = await Promise.all([...host.mountinfo.map((path) => readMountTable(host, path)), readSwaps(host)]);
  return tables.flat();
}
