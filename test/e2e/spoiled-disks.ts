import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { inNode } from '../../deploy/lab/namespaces.ts';
import { nodeDirectory } from '../../deploy/lab/record.ts';
import { describeBlockDevices } from '../../deploy/lab/udev.ts';
import { completeLabel, FOREIGN_FSID } from '../disks/label-bytes.ts';
import { onAgent, plug, writeAt, type TestDisk } from './disks.ts';

const GIBIBYTE = 2 ** 30;

/** A disk with something on it or about it that forbids its use. */
export interface Spoiled extends TestDisk {
  what: string;
  /** Undoes what pulling the disk would not. */
  restore: () => Promise<unknown>;
}

/**
 * One disk of each kind in one node, made with the tools of the Ceph image and the machine. Labels are written as BlueStore does it,
 * also one of which only the copy at 1 GiB is left.
 */
export async function spoiledDisks(cluster: string, node: string, fsid: string): Promise<Spoiled[]> {
  const tool = (...command: string[]) => onAgent(cluster, node, ...command);
  const disks: Spoiled[] = [];
  const spoil = async (
    what: string,
    act: (device: string) => Promise<unknown>,
    restore = nothing,
    sizeBytes?: number,
  ) => {
    const disk = await plug(node, sizeBytes);
    await act(disk.device);
    disks.push({ ...disk, what, restore: () => restore(disk.device) });
  };
  const stale = 'f7b8b2b2-5a3c-4f57-9d0e-3a5b5b1f0c11';
  await spoil(
    'mounted',
    (device) => mountEmpty(node, device),
    (device) => inNode(node, ['umount', device]),
  );
  await spoil('ext4', (device) => execa('mkfs.ext4', ['-q', device]));
  await spoil('xfs', (device) => tool('mkfs.xfs', '-q', device));
  await spoil('LVM', (device) => tool('pvcreate', '--config', onlyThis(device), '--yes', device));
  await spoil('GPT', (device) => tool('sgdisk', '--new=1:0:+1G', device));
  await spoil('MBR', (device) => writeAt(device, 0, protectiveMbr()));
  await spoil('foreign label', (device) => writeAt(device, 0, completeLabel(FOREIGN_FSID, stale)));
  await spoil('foreign label only at 1 GiB', (device) => writeAt(device, GIBIBYTE, completeLabel(FOREIGN_FSID, stale)));
  await spoil('stale label of this cluster', (device) => writeAt(device, 0, completeLabel(fsid, stale)));
  await spoil('under 5 GiB', () => Promise.resolve(), nothing, 4 * GIBIBYTE);
  await spoil(
    'read-only',
    (device) => execa('blockdev', ['--setro', device]),
    (device) => execa('blockdev', ['--setrw', device]),
  );
  disks.push(await compressedMemory(node));
  return disks;
}

const nothing = (_device: string): Promise<unknown> => Promise.resolve();

/** Mounted so that the file system itself writes nothing. */
async function mountEmpty(node: string, device: string): Promise<void> {
  await execa('mkfs.ext4', ['-q', device]);
  const place = join(nodeDirectory(node), 'mounted');
  await mkdir(place, { recursive: true });
  await inNode(node, ['mount', '--options', 'ro,noload', device, place]);
}

/** LVM would look at every loop device of the machine, for ever. */
const onlyThis = (device: string): string =>
  `devices { filter=["a|^${device}$|","r|.*|"] use_devicesfile=0 } activation { udev_sync=0 udev_rules=0 }`;

/** A partition table of the old kind with one partition. */
function protectiveMbr(): Buffer {
  const sector = Buffer.alloc(512);
  sector.set([0, 0, 2, 0, 0x83, 0xff, 0xff, 0xff, 0, 8, 0, 0, 0, 0, 1, 0], 446);
  sector.set([0x55, 0xaa], 510);
  return sector;
}

/** The one block device here that is neither loop device nor disk, and has no serial number. */
async function compressedMemory(node: string): Promise<Spoiled> {
  const number = (await readFile('/sys/class/zram-control/hot_add', 'utf8')).trim();
  const device = `/dev/zram${number}`;
  await writeFile(`/sys/block/zram${number}/disksize`, String(6 * GIBIBYTE));
  const [major = '', minor = ''] = (await readFile(`/sys/block/zram${number}/dev`, 'utf8')).trim().split(':');
  await inNode(node, ['mknod', '-m', '660', device, 'b', major, minor]);
  await describeBlockDevices();
  const restore = async () => {
    await inNode(node, ['rm', '-f', device]);
    await writeFile('/sys/class/zram-control/hot_remove', number);
  };
  return { node, disk: '', device, file: '', what: 'without identity', restore };
}
