import {
  attachDisk,
  diskFile,
  exchangeDevices,
  diskStates,
  forgetDisk,
  plugIntoNode,
  unplugFromNode,
} from './disks.ts';
import { newNode } from './lab.ts';
import { apiDelete } from './control-plane.ts';
import { withLabLock } from './lock.ts';
import { routePods } from './network.ts';
import { prepareForNodes, startNodeMachine, stopNodeMachine, untilNodeReady } from './node.ts';
import { LabRefusal } from './refusal.ts';
import { nodeOf, requireLab, writeLab, type LabNode, type LabRecord } from './record.ts';
import { DISK_BYTES } from './sizes.ts';

/**
 * Plugs a new blank disk into a node (also one that is off) and returns where it is.
 * @param prepare writes on the device before the node sees it, as on a disk that was used elsewhere
 */
export async function addDisk(
  nodeName: string,
  sizeBytes = DISK_BYTES,
  prepare: (device: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ disk: string; device: string; file: string }> {
  return withLabLock(async () => {
    const lab = await requireLab();
    const node = nodeOf(lab, nodeName);
    const used = node.disks.map((disk) => Number(disk.name.slice(1)));
    const disk = { name: `d${Math.max(0, ...used, node.lastDisk ?? 0) + 1}`, sizeBytes };
    const device = await attachDisk(nodeName, disk);
    await prepare(device);
    node.disks.push(disk);
    await writeLab(lab);
    if (node.powered === 'on') await plugIntoNode(nodeName, device);
    return { disk: disk.name, device, file: diskFile(nodeName, disk.name) };
  });
}

/**
 * Pulls a disk out of a node: its device is gone, whatever held it was killed, its content is lost.
 * The name is never given to another disk.
 */
export async function pullDisk(nodeName: string, diskName: string): Promise<void> {
  await withLabLock(async () => {
    const lab = await requireLab();
    const node = nodeOf(lab, nodeName);
    if (!node.disks.some((disk) => disk.name === diskName)) {
      const known = (await diskStates(node)).map((disk) => `${disk.name} (${disk.device ?? 'not attached'})`);
      throw new LabRefusal(`Node ${nodeName} has no disk "${diskName}", only ${known.join(', ') || 'none'}.`);
    }
    await unplugFromNode(nodeName, diskName);
    node.lastDisk = Math.max(node.lastDisk ?? 0, Number(diskName.slice(1)));
    node.disks = node.disks.filter((disk) => disk.name !== diskName);
    await writeLab(lab);
    await forgetDisk(nodeName, diskName);
  });
}

/** Pulls a disk out of a node and keeps it with what is on it, for `putDiskBack`. A start of the node plugs it in as well. */
export async function takeDiskOut(nodeName: string, diskName: string): Promise<void> {
  await withLabLock(async () => {
    const { name } = nodeOf(await requireLab(), nodeName);
    await unplugFromNode(name, diskName);
  });
}

/** Plugs a disk that was taken out into its node again; it may get another device than before. */
export async function putDiskBack(nodeName: string, diskName: string): Promise<void> {
  await withLabLock(async () => {
    const { name, disks } = nodeOf(await requireLab(), nodeName);
    for (const disk of disks) if (disk.name === diskName) await plugIntoNode(name, await attachDisk(name, disk));
  });
}

/** Cuts a node's power: all its processes are killed at once. Its disks and system directories stay. Idempotent. */
export async function stopNode(name: string): Promise<void> {
  await changePower(name, 'off', (_lab, node) => stopNodeMachine(node));
}

/** Powers a node on and returns when it is Ready. Idempotent. */
export async function startNode(name: string): Promise<void> {
  await changePower(name, 'on', bringUp);
}

/** Powers a node off and on again; afterwards each of its disks has another name than before. */
export async function restartWithOtherNames(name: string): Promise<void> {
  await stopNode(name);
  await withLabLock(async () => exchangeDevices(nodeOf(await requireLab(), name)));
  await startNode(name);
}

/** Adds a node with disks of its own to the lab and returns when it is Ready. A node that is there already is started. */
export async function addNode(name: string, size = { disks: 2, diskSizeBytes: DISK_BYTES }): Promise<void> {
  if (!/^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name) || reserved.includes(name)) {
    throw new LabRefusal(
      `A node cannot be called "${name}": a name has at most 30 small letters, digits and hyphens, starts with a letter, and is not a part of the lab.`,
    );
  }
  await withLabLock(async () => {
    const lab = await requireLab();
    if (!lab.nodes.some((node) => node.name === name)) {
      const number = Math.max(0, ...lab.nodes.map((node) => node.number)) + 1;
      if (number > maximumNodes)
        throw new LabRefusal(`The lab has addresses for ${maximumNodes} nodes and all are taken.`);
      lab.nodes.push(newNode(name, number, size));
      await writeLab(lab);
    }
    await startNode(name);
  });
}

/** Takes a node out of the lab for good: its processes, its disks with what is on them, its Node object. */
export async function removeNode(name: string): Promise<void> {
  await withLabLock(async () => {
    const lab = await requireLab();
    const node = nodeOf(lab, name);
    await stopNodeMachine(node);
    for (const disk of node.disks) await unplugFromNode(name, disk.name);
    await apiDelete(`/api/v1/nodes/${name}`);
    lab.nodes = lab.nodes.filter((other) => other.name !== name);
    await writeLab(lab);
  });
}

/** Directories beside the nodes' own in the lab's state, and owners of processes. */
const reserved = [
  'pki',
  'log',
  'etcd',
  'processes',
  'control',
  'udev',
  'store',
  'build',
  'admin',
  'proxy',
  'scheduler',
  'controller-manager',
];
const maximumNodes = 100;

async function changePower(
  name: string,
  powered: LabNode['powered'],
  act: (lab: LabRecord, node: LabNode) => Promise<void>,
): Promise<void> {
  await withLabLock(async () => {
    const lab = await requireLab();
    const node = nodeOf(lab, name);
    node.powered = powered;
    await writeLab(lab);
    await act(lab, node);
  });
}

async function bringUp(lab: LabRecord, node: LabNode): Promise<void> {
  await prepareForNodes();
  const since = await startNodeMachine(node);
  await routePods(lab.nodes.filter((other) => other.powered === 'on'));
  await untilNodeReady(node, since);
}
