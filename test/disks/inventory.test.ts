import { randomBytes } from 'node:crypto';
import { mkdir, open, symlink, truncate, unlink } from 'node:fs/promises';
import { constants } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiskFacts } from '../../src/contract/disk.ts';
import { readDisks } from '../../src/disks/inventory.ts';
import { CEPH_FSID, completeLabel, OSD_UUID } from './label-bytes.ts';
import { LoopHost, loopDevicesMissing, writeAt, type LoopDisk } from './loop-disks.ts';

const GIBIBYTE = 2 ** 30;

describe.skipIf(loopDevicesMissing)('the inventory of real loop devices', () => {
  let loops: LoopHost;
  beforeEach(() => {
    loops = new LoopHost();
  });
  afterEach(() => loops.remove());

  async function factsOf(disk: LoopDisk): Promise<DiskFacts> {
    const found = (await readDisks(loops.host)).find(({ path }) => path === disk.path);
    if (!found) throw new Error(`${disk.path} is not in the inventory`);
    return found;
  }

  it('shows a clean disk as clean, and only disks that have a node in /dev', async () => {
    const disk = await loops.addDisk();
    const hidden = await loops.addDisk();
    await loops.removeNode(hidden);
    const disks = await readDisks(loops.host);
    expect(disks).toEqual([
      expect.objectContaining({
        path: disk.path,
        kernelName: disk.kernelName,
        type: 'loop',
        id: disk.id,
        sizeBytes: 6 * GIBIBYTE,
        readOnly: false,
        mounts: [],
        holders: [],
        partitions: [],
        signatures: [],
        labels: [],
        holdsSystem: false,
        exclusiveOpenError: null,
        readError: null,
      }),
    ]);
  });

  it('reads one disk alone where one is asked for', async () => {
    const [disk, other] = [await loops.addDisk(), await loops.addDisk()];
    await writeAt(disk, 0, completeLabel(CEPH_FSID, OSD_UUID));
    const [all, only] = [await readDisks(loops.host), await readDisks(loops.host, disk)];
    expect(all.map(({ id }) => id)).toContain(other.id);
    expect(only).toEqual(all.filter(({ id }) => id === disk.id));
    expect(await readDisks(loops.host, { id: 'serial:gone' })).toEqual([]);
  });

  it('knows links under /dev/disk', async () => {
    const disk = await loops.addDisk();
    await mkdir(join(loops.host.dev, 'disk', 'by-id'), { recursive: true });
    const link = join(loops.host.dev, 'disk', 'by-id', 'my-disk');
    await symlink(`../../${basename(disk.path)}`, link);
    expect((await factsOf(disk)).aliases).toEqual([link]);
  });

  it('shows a mounted file system: where, that it is held, and its signature', async () => {
    const disk = await loops.addDisk({ sizeBytes: 64 * 2 ** 20 });
    await execa('mkfs.ext4', ['-q', disk.path]);
    const at = await loops.mount(disk);
    const facts = await factsOf(disk);
    expect(facts.mounts).toEqual([at]);
    expect(facts.exclusiveOpenError).toBe('EBUSY');
    expect(facts.signatures).toEqual([{ type: 'ext4', offsetBytes: 0x438 }]);
  });

  it('shows a mounted disk as mounted and held even where its mount is not visible from here', async () => {
    const disk = await loops.addDisk({ sizeBytes: 64 * 2 ** 20 });
    const beside = await loops.addDisk();
    await execa('mkfs.ext4', ['-q', disk.path]);
    loops.host.mountinfo = [join(loops.directory, 'absent')];
    expect((await factsOf(disk)).mounts).toEqual([]);
    await loops.mount(disk);
    expect(await factsOf(disk)).toMatchObject({
      mounts: ['[a place that only the host sees, ext4]'],
      holdsSystem: false,
      exclusiveOpenError: 'EBUSY',
    });
    expect((await factsOf(beside)).mounts).toEqual([]);
  });

  it('shows xfs, LVM and a partition table', async () => {
    const xfs = await loops.addDisk();
    await writeAt(xfs, 0, xfsSuperblock());
    const lvm = await loops.addDisk();
    await writeAt(lvm, 512, lvmLabel());
    const table = await loops.addDisk();
    await writeAt(table, 0, protectiveMbr());
    expect((await factsOf(lvm)).signatures).toEqual([{ type: 'LVM2_member', offsetBytes: 0x218 }]);
    expect((await factsOf(table)).signatures.map(({ type }) => type)).toContain('dos');
    expect((await factsOf(xfs)).signatures).toEqual([{ type: 'xfs', offsetBytes: 0 }]);
  });

  it('shows a BlueStore label once, as a label', async () => {
    const disk = await loops.addDisk();
    await writeAt(disk, 0, completeLabel(CEPH_FSID, OSD_UUID));
    const facts = await factsOf(disk);
    expect(facts.labels).toEqual([expect.objectContaining({ offsetBytes: 0, osdUuid: OSD_UUID, cephFsid: CEPH_FSID })]);
    expect(facts.signatures).toEqual([]);
  });

  it('finds a label of which only the copy at 1 GiB is left', async () => {
    const disk = await loops.addDisk();
    await writeAt(disk, GIBIBYTE, completeLabel(CEPH_FSID, OSD_UUID));
    expect((await factsOf(disk)).labels.map(({ offsetBytes }) => offsetBytes)).toEqual([GIBIBYTE]);
  });

  it('shows a read-only disk as read-only', async () => {
    const disk = await loops.addDisk();
    await execa('blockdev', ['--setro', disk.path]);
    expect((await factsOf(disk)).readOnly).toBe(true);
  });

  it('shows that another process holds the disk', async () => {
    const disk = await loops.addDisk();
    const holder = await open(disk.path, constants.O_RDWR | constants.O_EXCL);
    expect((await factsOf(disk)).exclusiveOpenError).toBe('EBUSY');
    await holder.close();
    expect((await factsOf(disk)).exclusiveOpenError).toBeNull();
  });

  it('gives no identity to a disk whose backing file is deleted', async () => {
    const disk = await loops.addDisk();
    await unlink(disk.file);
    expect((await factsOf(disk)).id).toBeNull();
  });

  it('lists a disk that cannot be read, with the reason, beside those that can', async () => {
    const broken = await loops.addDisk();
    const healthy = await loops.addDisk();
    await writeAt(broken, 0, randomBytes(4096));
    await truncate(broken.file, 0);
    await execa('blockdev', ['--flushbufs', broken.path]);
    expect((await factsOf(broken)).readError).toMatch(/EIO|Input\/output error/);
    expect((await factsOf(healthy)).readError).toBeNull();
  });
});

/** Physical volume label in the second sector, with its checksum (CRC-32 with LVM's own start value, not inverted). */
function lvmLabel(): Buffer {
  const sector = Buffer.alloc(512);
  sector.write('LABELONE');
  sector.writeBigUInt64LE(1n, 8);
  sector.writeUInt32LE(32, 20);
  sector.write('LVM2 001', 24);
  sector.write('abcdefabcdefabcdefabcdefabcdefab', 32);
  let crc = 0xf597a6cf;
  for (const byte of sector.subarray(20)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  sector.writeUInt32LE(crc >>> 0, 16);
  return sector;
}

function protectiveMbr(): Buffer {
  const sector = Buffer.alloc(512);
  sector.set([0, 0, 2, 0, 0x83, 0xff, 0xff, 0xff, 0, 8, 0, 0, 0, 0, 1, 0], 446);
  sector.set([0x55, 0xaa], 510);
  return sector;
}

/** Superblock of version 4: 64 MiB in 4 groups, blocks of 4096, sectors of 512 and inodes of 256 bytes. */
function xfsSuperblock(): Buffer {
  const block = Buffer.alloc(4096);
  block.write('XFSB');
  block.writeUInt32BE(4096, 4);
  block.writeBigUInt64BE(16_384n, 8);
  block.writeUInt32BE(1, 80);
  block.writeUInt32BE(4096, 84);
  block.writeUInt32BE(4, 88);
  block.writeUInt16BE(4, 100);
  block.writeUInt16BE(512, 102);
  block.writeUInt16BE(256, 104);
  block.writeUInt16BE(16, 106);
  block.set([12, 9, 8, 4, 12], 120);
  block.writeUInt8(25, 127);
  return block;
}
