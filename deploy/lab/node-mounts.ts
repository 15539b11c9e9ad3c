import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loopDeviceOf, diskFile } from './disks.ts';
import { inNode } from './namespaces.ts';
import { nodeDirectories } from './node-files.ts';
import { nodeDirectory, type LabNode } from './record.ts';

const plainDevices = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'fuse', 'kmsg', 'loop-control'];

/** Furnishes a freshly made mount namespace: the node's own system directories, /run and /dev. */
export async function mountNode(node: LabNode): Promise<void> {
  const directory = nodeDirectory(node.name);
  for (const { name, seenAt } of nodeDirectories)
    await inNode(node.name, ['mount', '--bind', join(directory, name), seenAt]);
  await inNode(node.name, ['mount', '--make-rshared', '/var/lib/kubelet']);
  if (existsSync('/etc/machine-id')) {
    await inNode(node.name, ['mount', '--bind', join(directory, 'machine-id'), '/etc/machine-id']);
  }
  await mountDevices(node, join(directory, 'dev'));
  await mountRun(node, join(directory, 'run'));
}

/** A /dev that holds the node's own disks and no other: what a privileged pod of this node can reach. */
async function mountDevices(node: LabNode, dev: string): Promise<void> {
  const inside = (command: string[]): Promise<string> => inNode(node.name, command);
  await inside(['mount', '-t', 'tmpfs', '-o', 'mode=755,nosuid', 'tmpfs', dev]);
  const present = plainDevices.map((name) => `/dev/${name}`).filter((path) => existsSync(path));
  await inside(['cp', '--archive', ...present, dev]);
  await inside(['mkdir', `${dev}/pts`, `${dev}/shm`, `${dev}/net`]);
  if (existsSync('/dev/net/tun')) await inside(['cp', '--archive', '/dev/net/tun', `${dev}/net/`]);
  await inside(['mount', '--bind', '/dev/pts', `${dev}/pts`]);
  await inside(['mount', '-t', 'tmpfs', 'tmpfs', `${dev}/shm`]);
  await inside(['ln', '--symbolic', '/proc/self/fd', `${dev}/fd`]);
  await inside(['ln', '--symbolic', 'pts/ptmx', `${dev}/ptmx`]);
  for (const disk of node.disks) {
    const device = await loopDeviceOf(diskFile(node.name, disk.name));
    if (device === undefined) throw new Error(`Disk ${disk.name} of ${node.name} is not attached.`);
    await inside([
      'mknod',
      '-m',
      '660',
      join(dev, device.replace('/dev/', '')),
      'b',
      '7',
      device.replace('/dev/loop', ''),
    ]);
  }
  await inside(['mount', '--rbind', dev, '/dev']);
}

/** A /run that ends with the node, sharing only udev's database with the machine. */
async function mountRun(node: LabNode, run: string): Promise<void> {
  const inside = (command: string[]): Promise<string> => inNode(node.name, command);
  await inside(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', run]);
  await inside(['mkdir', `${run}/udev`, `${run}/cephflow`, `${run}/lock`, `${run}/netns`]);
  await inside(['mount', '--bind', '/run/udev', `${run}/udev`]);
  await inside(['mount', '--rbind', run, '/run']);
}
