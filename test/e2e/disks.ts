import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { execa } from 'execa';
import { kubectl } from '../../deploy/demo/kubectl.ts';
import { addDisk, pullDisk } from '../../deploy/lab/hardware.ts';
import { DISK_BYTES } from '../../deploy/lab/sizes.ts';
import { labStatus } from '../../deploy/lab/status.ts';
import type { DiskRow } from '../../src/contract/disk.ts';
import { cephflow } from './cli.ts';

export interface TestDisk {
  node: string;
  /** Its name in the lab, such as d3. */
  disk: string;
  device: string;
  file: string;
}

/** Identity of a disk of the lab, as the device table has it. */
export const idOf = ({ file }: TestDisk): string => `loop:${file}`;

export async function plug(node: string, sizeBytes?: number): Promise<TestDisk> {
  return { node, ...(await addDisk(node, sizeBytes)) };
}

/** A disk with something on it (a file system), made before the node sees it: nobody else has it open meanwhile. */
export async function plugUsed(
  node: string,
  sizeBytes?: number,
  use: (device: string) => Promise<unknown> = (device) => execa('mkfs.ext4', ['-q', device]),
): Promise<TestDisk> {
  return { node, ...(await addDisk(node, sizeBytes, use)) };
}

/**
 * A node of the stories has two disks of the lab's size: the oldest, since one may have been replaced, and a new one where a story took one
 * away. A larger one would refuse to be replaced by those that stories plug in.
 */
export async function twoDisksPerNode(): Promise<void> {
  const { nodes } = (await labStatus()) ?? { nodes: [] };
  for (const { name, disks } of nodes) {
    const kept = disks.filter(({ sizeBytes }) => sizeBytes === DISK_BYTES).slice(0, 2);
    for (const disk of disks) if (!kept.includes(disk)) await pullDisk(name, disk.name);
    for (let there = kept.length; there < 2; there += 1) await plug(name);
  }
}

/** Writes and discards that a device was asked for, by the kernel's own count, which outlives the disk behind a loop device. */
export async function writesTo(device: string): Promise<number> {
  const fields = (await readFile(`/sys/block/${basename(device)}/stat`, 'utf8')).trim().split(/\s+/).map(Number);
  const [, , , , writes = NaN, , , , , , , discards = 0] = fields;
  return writes + discards;
}

/**
 * All bytes of a disk, and which of them were ever written. Holes are not read, which makes six GiB a matter of milliseconds; a zero
 * written into a hole shows all the same, because the map of holes is part of it.
 */
export async function fingerprint({ file, device }: TestDisk): Promise<string> {
  if (file === '') return 'in memory, only its writes are counted';
  await execa('sync', ['--file-system', file]);
  await execa('blockdev', ['--flushbufs', device]);
  const options = ['--sparse', '--hole-detection=seek', '--format=gnu', '--mtime=@0', '--directory', dirname(file)];
  const tar = execa('tar', ['--create', ...options, basename(file)], { encoding: 'buffer', maxBuffer: 4 * 2 ** 30 });
  return createHash('sha256')
    .update((await tar).stdout)
    .digest('hex');
}

export async function writeAt(device: string, offsetBytes: number, bytes: Uint8Array): Promise<void> {
  const handle = await open(device, 'r+');
  try {
    await handle.write(bytes, 0, bytes.length, offsetBytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Runs a program of the Ceph image with the disks of a node before it: the agent's pod has both. */
export async function onAgent(cluster: string, node: string, ...command: string[]): Promise<string> {
  const pods = ['get', 'pods', '--selector', 'app=cephflow-agent', '--field-selector', `spec.nodeName=${node}`];
  const name = (await kubectl(['--namespace', cluster, ...pods, '--output', 'name'])).trim();
  return kubectl(['--namespace', cluster, 'exec', name, '--container', 'agent', '--', ...command]);
}

/** The table of disks as the command line gives it to a script. */
export async function deviceRows(cluster: string): Promise<DiskRow[]> {
  const { exitCode, out, err } = await cephflow('devices', '-n', cluster, '-o', 'json');
  if (exitCode !== 0) throw new Error(`cephflow devices ended with ${exitCode}: ${err}`);
  return JSON.parse(out) as DiskRow[];
}
