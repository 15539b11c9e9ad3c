import { existsSync } from 'node:fs';
import { mkdir, readdir, readlink, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inNode, isPinned } from './namespaces.ts';
import { nodeDirectory, type LabDisk, type LabNode } from './record.ts';
import { run } from './run.ts';
import { describeBlockDevices } from './udev.ts';
import { until } from './until.ts';

/** A disk as it is on the machine at the moment. `device` is undefined while it is not attached. */
export type DiskState = { name: string; sizeBytes: number; file: string; device: string | undefined };

export function diskFile(node: string, disk: string): string {
  return join(nodeDirectory(node), 'disks', `${disk}.img`);
}

/** Makes a disk's sparse file when it is missing (never touches one that is there) and attaches it to a loop device. */
export async function attachDisk(node: string, disk: LabDisk): Promise<string> {
  const file = diskFile(node, disk.name);
  await mkdir(join(file, '..'), { recursive: true });
  if (!existsSync(file)) {
    await writeFile(`${file}.new`, '');
    await truncate(`${file}.new`, disk.sizeBytes);
    await run('mv', [`${file}.new`, file]);
  }
  return (await loopDeviceOf(file)) ?? (await run('losetup', ['--find', '--show', file]));
}

/** The loop device over a file, or undefined. */
export async function loopDeviceOf(file: string): Promise<string | undefined> {
  const listed = await run('losetup', ['--noheadings', '--output', 'NAME', '--associated', file]);
  return listed.trim().split('\n')[0]?.trim() || undefined;
}

export async function diskStates(node: LabNode): Promise<DiskState[]> {
  return Promise.all(
    node.disks.map(async (disk) => {
      const file = diskFile(node.name, disk.name);
      return { ...disk, file, device: await loopDeviceOf(file) };
    }),
  );
}

/** Gives a running node the device file of an attached disk, as a hot-plug would. */
export async function plugIntoNode(node: string, device: string): Promise<void> {
  const number = device.replace('/dev/loop', '');
  if (!(await deviceIsIn(node, device))) await inNode(node, ['mknod', '-m', '660', device, 'b', '7', number]);
  await describeBlockDevices();
}

/** Takes the disk away: no device file in its node, every process that holds it killed, the loop device detached. The file stays. */
export async function unplugFromNode(node: string, disk: string): Promise<void> {
  const device = await loopDeviceOf(diskFile(node, disk));
  if (device === undefined) return;
  if (await isPinned(node)) await inNode(node, ['rm', '-f', device]);
  await detachDevice(device, diskFile(node, disk));
}

/** Gives each attached disk the device that the one before it had, as names change when a host starts again. The node must be off. */
export async function exchangeDevices(node: LabNode): Promise<void> {
  const attached = (await diskStates(node)).flatMap(({ device, file }) =>
    device === undefined ? [] : [{ device, file }],
  );
  for (const { device, file } of attached) await detachDevice(device, file);
  for (const [index, { file }] of attached.entries())
    await run('losetup', [attached.at(index - 1)?.device ?? '', file]);
}

/** Detaches every loop device over a file of the lab, of whatever lab left it. Idempotent. */
export async function detachAllDisks(directory: string): Promise<void> {
  const listed = await run('losetup', ['--noheadings', '--raw', '--output', 'NAME,BACK-FILE']);
  for (const line of listed.split('\n')) {
    const [device = '', ...file] = line.trim().split(' ');
    const backing = file
      .join(' ')
      .replaceAll('\\x20', ' ')
      .replace(/ \(deleted\)$/, '');
    if (backing.startsWith(`${directory}/`)) await detachDevice(device, backing);
  }
}

async function detachDevice(device: string, file: string): Promise<void> {
  await until(`${device} is detached from ${file}`, 20, async () => {
    for (const pid of await holdersOf(device)) process.kill(pid, 'SIGKILL');
    await run('losetup', ['--detach', device]).catch(() => undefined);
    return !(await backedByUs(device, file));
  });
}

async function backedByUs(device: string, file: string): Promise<boolean> {
  const listed = await run('losetup', ['--noheadings', '--raw', '--output', 'BACK-FILE', device]).catch(() => '');
  return listed.replace(/ \(deleted\)$/, '').trim() === file;
}

/** Processes that have the device open. A holder keeps a loop device attached after it was detached. */
async function holdersOf(device: string): Promise<number[]> {
  const wanted = (await stat(device).catch(() => undefined))?.rdev;
  if (wanted === undefined) return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const held = await Promise.all(pids.map((pid) => holds(pid, wanted)));
  return pids.filter((_, index) => held[index]).map(Number);
}

async function holds(pid: string, rdev: number): Promise<boolean> {
  for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
    const path = `/proc/${pid}/fd/${fd}`;
    const target = await readlink(path).catch(() => '');
    if (!target.startsWith('/dev/') && !target.includes('loop')) continue;
    const found = await stat(path).catch(() => undefined);
    if (found?.isBlockDevice() === true && found.rdev === rdev) return true;
  }
  return false;
}

async function deviceIsIn(node: string, device: string): Promise<boolean> {
  return inNode(node, ['test', '-b', device]).then(
    () => true,
    () => false,
  );
}

/** Removes a disk's file for good. */
export async function forgetDisk(node: string, disk: string): Promise<void> {
  await rm(diskFile(node, disk), { force: true });
}
