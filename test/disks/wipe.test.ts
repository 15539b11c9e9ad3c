import { mkdir, open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { execa, execaNode } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiskContent } from '../../src/contract/disk.ts';
import { withGuardedDisk, type GuardRequest } from '../../src/disks/guard.ts';
import { readDisks } from '../../src/disks/inventory.ts';
import { wipeDisk, type WipeProgress, type WipeResult } from '../../src/disks/wipe.ts';
import { CEPH_FSID, completeLabel, OSD_UUID } from './label-bytes.ts';
import { LoopHost, loopDevicesMissing, readAt, writeAt, type LoopDisk } from './loop-disks.ts';

const GIBIBYTE = 2 ** 30;
const MEBIBYTE = 2 ** 20;
const LABEL = completeLabel(CEPH_FSID, OSD_UUID);

describe.skipIf(loopDevicesMissing)('wiping a disk', () => {
  let loops: LoopHost;
  beforeEach(() => {
    loops = new LoopHost();
  });
  afterEach(() => loops.remove());

  const requestFor = ({ path, id, sizeBytes }: LoopDisk): GuardRequest => ({
    host: loops.host,
    approved: { node: 'n1', path, id, sizeBytes },
    expected: { kind: 'label', cephFsid: CEPH_FSID, osdUuid: OSD_UUID },
  });

  const wipe = (disk: LoopDisk, onProgress: (progress: WipeProgress) => void = () => {}): Promise<WipeResult> =>
    withGuardedDisk(requestFor(disk), (guarded) => wipeDisk(guarded, onProgress));

  async function labelled(...offsets: number[]): Promise<LoopDisk> {
    const disk = await loops.addDisk();
    for (const offset of offsets) await writeAt(disk, offset, LABEL);
    return disk;
  }

  const labelsLeft = async (): Promise<number[]> =>
    (await readDisks(loops.host)).flatMap(({ labels }) => labels.map(({ offsetBytes }) => offsetBytes));

  it.each([
    ['in both places', [0, GIBIBYTE]],
    ['only at the start, as old releases write it', [0]],
    ['only at 1 GiB, as old tools leave it', [GIBIBYTE]],
  ])('removes a label %s, the data at both ends, and proves it', async (_, offsets) => {
    const disk = await labelled(...offsets);
    const data = Buffer.alloc(8192, 0xaa);
    await writeAt(disk, 50 * MEBIBYTE, data);
    await writeAt(disk, disk.sizeBytes - data.length, data);
    const seen: WipeProgress[] = [];
    const result = await wipe(disk, (progress) => seen.push(progress));
    expect(result).toMatchObject({ already: false });
    expect(result.zeroedBytes).toBeGreaterThanOrEqual(110 * MEBIBYTE);
    expect(seen.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['discard', 'zero', 'prove']));
    expect(await labelsLeft()).toEqual([]);
    expect(await readAt(disk, 50 * MEBIBYTE, 8192)).toEqual(Buffer.alloc(8192));
    expect(await readAt(disk, disk.sizeBytes - 8192, 8192)).toEqual(Buffer.alloc(8192));
  });

  it('writes nothing the second time and proves again', async () => {
    const disk = await labelled(0, GIBIBYTE);
    await wipe(disk);
    const result = await wipe(disk);
    expect(result).toMatchObject({ already: true, zeroedBytes: 0 });
    expect(result.provenBytes).toBeGreaterThan(2 * MEBIBYTE);
  });

  it('never writes to a disk without the label, even if that means that nothing is proven', async () => {
    const disk = await loops.addDisk();
    const treasure = Buffer.from('somebody else keeps raw data here'.padEnd(512));
    await writeAt(disk, 4096, treasure);
    await expect(wipe(disk)).rejects.toMatchObject({
      code: 'WIPE_NOT_PROVEN',
      message: expect.stringContaining('offset 4096') as string,
    });
    expect(await readAt(disk, 4096, 512)).toEqual(treasure);
  });

  // 1 before the discard, 2 after the other label place, 30 after the last zeros, 31 after the anchor, 32 before the proof.
  it.each([1, 2, 3, 15, 30, 31, 32])('killed at heartbeat %i, is ended by a repetition', async (killAt) => {
    const disk = await labelled(0, GIBIBYTE);
    const request = JSON.stringify(requestFor(disk));
    const victim = await execaNode(join(import.meta.dirname, 'wipe-victim.ts'), [request, String(killAt)], {
      reject: false,
    });
    expect(victim.signal).toBe('SIGKILL');
    await wipe(disk);
    expect(await labelsLeft()).toEqual([]);
  });

  it('is not proven where data is found afterwards, with the offset', async () => {
    const disk = await labelled(0, GIBIBYTE);
    const backing = await open(disk.file, 'r+');
    const work = withGuardedDisk(requestFor(disk), async (guarded) => {
      await wipeDisk(guarded, () => {});
      await backing.write(Buffer.from('!'), 0, 1, GIBIBYTE + 100);
      await wipeDisk({ ...guarded, labels: [] }, () => {});
    });
    await expect(work).rejects.toMatchObject({
      code: 'WIPE_NOT_PROVEN',
      message: expect.stringContaining(`offset ${GIBIBYTE + 100}`) as string,
    });
    await backing.close();
  });

  it('is not proven where the disk cannot be read afterwards', async () => {
    const disk = await labelled(0);
    const work = withGuardedDisk(requestFor(disk), async (guarded) => {
      await wipeDisk(guarded, () => {});
      await truncate(disk.file, 0);
      await wipeDisk({ ...guarded, labels: [] }, () => {});
    });
    await expect(work).rejects.toMatchObject({
      code: 'WIPE_NOT_PROVEN',
      message: expect.stringContaining('cannot be read') as string,
    });
  });

  it('that fails half-way keeps the first copy of the label, and succeeds once the disk takes writes again', async () => {
    const small = join(loops.directory, 'small');
    await mkdir(small);
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=2M', 'tmpfs', small]);
    try {
      const disk = await loops.addDisk({ file: join(small, 'disk.img') });
      await writeAt(disk, 0, LABEL);
      await writeAt(disk, GIBIBYTE, LABEL);
      await expect(wipe(disk)).rejects.toMatchObject({ code: 'WIPE_NOT_PROVEN' });
      await execa('mount', ['-o', 'remount,size=300M', small]);
      expect(await labelsLeft()).toContain(0);
      expect(await wipe(disk)).toMatchObject({ already: false });
      expect(await labelsLeft()).toEqual([]);
    } finally {
      await execa('umount', ['--lazy', small]);
    }
  });

  describe('on which a person saw something else', () => {
    const UUID = '99999999-0000-4000-8000-000000000009';
    const contentOf = async (): Promise<DiskContent> => {
      const [facts] = await readDisks(loops.host);
      return { signatures: facts?.signatures ?? [], labels: facts?.labels ?? [] };
    };
    const wipeContent = ({ path, id, sizeBytes }: LoopDisk, content: DiskContent): Promise<WipeResult> =>
      withGuardedDisk(
        { host: loops.host, approved: { node: 'n1', path, id, sizeBytes }, expected: { kind: 'content', ...content } },
        (guarded) => wipeDisk(guarded, () => {}),
      );

    it.each([
      ['a file system', (disk: LoopDisk) => execa('mkfs.ext4', ['-q', disk.path])],
      ['the OSD of another cluster', (disk: LoopDisk) => writeAt(disk, 0, completeLabel(UUID, UUID))],
      [
        'both',
        async (disk: LoopDisk) => {
          await execa('mkfs.ext4', ['-q', disk.path]);
          await writeAt(disk, GIBIBYTE, completeLabel(UUID, UUID));
        },
      ],
    ])('is wiped of %s, and proven; once more changes nothing', async (_, make) => {
      const disk = await loops.addDisk();
      await make(disk);
      const content = await contentOf();
      expect(content.signatures.length + content.labels.length).toBeGreaterThan(0);
      expect(await wipeContent(disk, content)).toMatchObject({ already: false });
      expect(await contentOf()).toEqual({ signatures: [], labels: [] });
      expect(await wipeContent(disk, content)).toMatchObject({ already: true, zeroedBytes: 0 });
    });

    it('is not written to where anything else than that is on it', async () => {
      const disk = await loops.addDisk();
      await execa('mkfs.ext4', ['-q', disk.path]);
      const { signatures } = await contentOf();
      await writeAt(disk, GIBIBYTE, completeLabel(UUID, UUID));
      await expect(wipeContent(disk, { signatures, labels: [] })).rejects.toMatchObject({ code: 'DISK_CHANGED' });
      await expect(wipeContent(disk, { signatures: [], labels: [] })).rejects.toMatchObject({ code: 'DISK_CHANGED' });
      expect((await contentOf()).labels[0]).toMatchObject({ offsetBytes: GIBIBYTE, osdUuid: UUID });
      expect((await contentOf()).signatures).toEqual(signatures);
    });
  });
});
