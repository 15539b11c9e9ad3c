import { constants } from 'node:fs';
import { open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApprovedDisk } from '../../src/contract/disk.ts';
import { withGuardedDisk, type GuardedDisk } from '../../src/disks/guard.ts';
import type { ExpectedContent } from '../../src/disks/guard-checks.ts';
import { CEPH_FSID, completeLabel, FOREIGN_FSID, labelBytes, OSD_UUID } from './label-bytes.ts';
import { LoopHost, loopDevicesMissing, writeAt, type LoopDisk } from './loop-disks.ts';

const GIBIBYTE = 2 ** 30;
const BLANK: ExpectedContent = { kind: 'blank' };
const OWN: ExpectedContent = { kind: 'label', cephFsid: CEPH_FSID, osdUuid: OSD_UUID };
const approve = ({ path, id, sizeBytes }: LoopDisk): ApprovedDisk => ({ node: 'n1', path, id, sizeBytes });

describe.skipIf(loopDevicesMissing)('the guard of a disk', () => {
  let loops: LoopHost;
  let acted: GuardedDisk[];
  beforeEach(() => {
    loops = new LoopHost();
    acted = [];
  });
  afterEach(() => loops.remove());

  const guard = (
    approved: ApprovedDisk,
    expected: ExpectedContent,
    act: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> =>
    withGuardedDisk({ host: loops.host, approved, expected }, async (disk) => {
      acted.push(disk);
      await act();
    });

  /** Refused with that code and words, before anything was done. */
  async function expectRefusal(work: Promise<void>, code: string, words: string): Promise<void> {
    await expect(work).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string });
    expect(acted).toEqual([]);
  }

  it('lets work begin on a blank disk, with lock and device to hand on to the command', async () => {
    const disk = await loops.addDisk();
    let seenByChild = '';
    await withGuardedDisk({ host: loops.host, approved: approve(disk), expected: BLANK }, async (guarded) => {
      const { stdout } = await execa('stat', ['-L', '-c', '%n %Hr:%Lr', '/proc/self/fd/3', '/proc/self/fd/4'], {
        stdio: ['ignore', 'pipe', 'pipe', ...guarded.inheritedFds],
      });
      seenByChild = stdout;
      expect(guarded).toMatchObject({ path: disk.path, id: disk.id, sizeBytes: disk.sizeBytes, labels: [] });
    });
    expect(seenByChild).toContain(`/proc/self/fd/4 7:${disk.kernelName.replace('loop', '')}`);
  });

  it('finds a disk under another name by its identity', async () => {
    const disk = await loops.addDisk();
    const moved = await loops.moveNode(disk, 'moved');
    await guard(approve(disk), BLANK);
    expect(acted.map(({ path }) => path)).toEqual([moved]);
  });

  it('follows a disk that exchanged its name with another one', async () => {
    const disk = await loops.addDisk();
    const other = await loops.addDisk();
    await loops.swapNodes(disk, other);
    await guard(approve(disk), BLANK);
    expect(acted.map(({ id, path }) => ({ id, path }))).toEqual([{ id: disk.id, path: other.path }]);
  });

  it('refuses when the disk is gone, and when its name belongs to something else', async () => {
    const disk = await loops.addDisk();
    const other = await loops.addDisk();
    await loops.removeNode(disk);
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', 'no disk of this identity');
    await loops.copyNode(other, disk.kernelName);
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', disk.id);
  });

  it('refuses a moved disk whose identity is there twice', async () => {
    const disk = await loops.addDisk();
    await loops.attach(disk.file);
    await loops.attach(disk.file);
    await guard(approve(disk), BLANK);
    await loops.removeNode(disk);
    acted = [];
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', '2 other disks');
  });

  it('refuses an approval for another node', async () => {
    const disk = await loops.addDisk();
    await expectRefusal(guard({ ...approve(disk), node: 'n2' }, BLANK), 'DISK_CHANGED', 'agent of n1');
  });

  it('refuses a disk of another size', async () => {
    const disk = await loops.addDisk();
    await truncate(disk.file, 7 * GIBIBYTE);
    await execa('losetup', ['-c', disk.path]);
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', `seen ${7 * GIBIBYTE} bytes`);
  });

  it('refuses a read-only disk', async () => {
    const disk = await loops.addDisk();
    await execa('blockdev', ['--setro', disk.path]);
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', 'read-only');
  });

  it('refuses a disk that another process holds, and one that is mounted', async () => {
    const disk = await loops.addDisk({ sizeBytes: 64 * 2 ** 20 });
    const holder = await open(disk.path, constants.O_RDWR | constants.O_EXCL);
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_BUSY', 'EBUSY');
    await holder.close();
    await execa('mkfs.ext4', ['-q', disk.path]);
    await loops.mount(disk);
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', 'mounted at');
  });

  it('refuses a disk with a file system, also where our own label is expected or there', async () => {
    const disk = await loops.addDisk();
    await execa('mkfs.ext4', ['-q', disk.path]);
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', 'ext4');
    await writeAt(disk, GIBIBYTE, completeLabel(CEPH_FSID, OSD_UUID));
    await expectRefusal(guard(approve(disk), OWN), 'DISK_CHANGED', 'ext4');
  });

  it('refuses as blank what carries any label, also only at 1 GiB', async () => {
    const disk = await loops.addDisk();
    await writeAt(disk, GIBIBYTE, completeLabel(CEPH_FSID, OSD_UUID));
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', OSD_UUID);
  });

  const OTHER_UUID = '33333333-3333-4333-8333-333333333333';
  const wrongLabels: [string, Buffer, string][] = [
    ['of another cluster', completeLabel(FOREIGN_FSID, OSD_UUID), FOREIGN_FSID],
    ['of another OSD', completeLabel(CEPH_FSID, OTHER_UUID), OTHER_UUID],
    ['that is damaged', completeLabel(CEPH_FSID, OSD_UUID).fill(0, 200), 'cannot be understood'],
    ['of another OSD without cluster', labelBytes({ osdUuid: OTHER_UUID }), OTHER_UUID],
  ];
  it.each(wrongLabels)('refuses a second copy %s beside the expected one', async (_, label, words) => {
    const disk = await loops.addDisk();
    await writeAt(disk, 0, completeLabel(CEPH_FSID, OSD_UUID));
    await writeAt(disk, GIBIBYTE, label);
    await expectRefusal(guard(approve(disk), OWN), 'DISK_CHANGED', words);
  });

  it('accepts the expected label, also of an interrupted mkfs, and a disk from which it is already gone', async () => {
    const disk = await loops.addDisk();
    await guard(approve(disk), OWN);
    await writeAt(disk, 0, completeLabel(CEPH_FSID, OSD_UUID));
    await writeAt(disk, GIBIBYTE, labelBytes({ osdUuid: OSD_UUID }));
    await guard(approve(disk), OWN);
    expect(acted.map(({ labels }) => labels.length)).toEqual([0, 2]);
  });

  it('refuses a label whose blocks cannot be read', async () => {
    const disk = await loops.addDisk();
    await truncate(disk.file, 0);
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', 'not readable');
  });

  it('tells afterwards when the name was given to another disk during the work', async () => {
    const disk = await loops.addDisk();
    const other = await loops.addDisk();
    const work = guard(approve(disk), BLANK, () => loops.swapNodes(disk, other));
    await expect(work).rejects.toMatchObject({ code: 'DISK_CHANGED' });
  });

  it('lets one work on a disk at a time', async () => {
    const disk = await loops.addDisk();
    await guard(approve(disk), BLANK, async () => {
      await expect(guard(approve(disk), BLANK)).rejects.toMatchObject({ code: 'DISK_BUSY' });
    });
  });

  it('refuses a disk with partitions or holders as the kernel shows them', async () => {
    const disk = await loops.addDisk();
    await loops.fakeSysfs(disk, { [`${disk.kernelName}p1/partition`]: '1', 'holders/dm-3/dev': '253:3' });
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', `partitions ${disk.kernelName}p1`);
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', 'dm-3');
  });

  it('refuses the disk the host runs from', async () => {
    const disk = await loops.addDisk();
    const table = join(loops.directory, 'mountinfo');
    const number = disk.kernelName.replace('loop', '7:');
    await writeFile(table, `30 1 ${number} / /etc/hosts rw - ext4 ${disk.path} rw\n`);
    loops.host.mountinfo = [table];
    await expectRefusal(guard(approve(disk), BLANK), 'DISK_CHANGED', 'without system files');
  });
});
