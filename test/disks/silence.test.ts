import { constants } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ApprovedDisk } from '../../src/contract/disk.ts';
import { withGuardedDisk } from '../../src/disks/guard.ts';
import { endsInTime, inTime, READ_SECONDS } from '../../src/disks/silence.ts';
import { wipeDisk } from '../../src/disks/wipe.ts';
import { CEPH_FSID, completeLabel, OSD_UUID } from './label-bytes.ts';
import { LoopHost, loopDevicesMissing, writeAt } from './loop-disks.ts';

describe('work on a device that does not end', () => {
  it('is left behind when its time is over, and what it brings late is taken care of', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const late = vi.fn<(result: string) => void>();
    await expect(inTime({ what: 'opening it', timeoutSeconds: 0.05, late }, promise)).rejects.toThrow(
      'opening it did not end within 0.05 s, as if the device hung',
    );
    resolve('handle');
    await vi.waitFor(() => expect(late).toHaveBeenCalledWith('handle'));
  });

  it('is killed, and its end is not waited for: the kernel may keep it', async () => {
    // What the shell leaves behind keeps its output open, so for execa the program never ends, as one that hangs in the kernel.
    const child = execa('sh', ['-c', 'sleep 60 & echo $!; wait']);
    let pid = 0;
    child.stdout.on('data', (text: Buffer) => (pid = Number(text.toString())));
    await vi.waitFor(() => expect(pid).toBeGreaterThan(0));
    try {
      await expect(endsInTime('reading', 0.1, child)).rejects.toThrow('reading did not end within 0.1 s');
      await vi.waitFor(() => expect(() => process.kill(child.pid ?? 0, 0)).toThrow('ESRCH'));
    } finally {
      process.kill(pid);
    }
  });

  it('does not change what ends in time', async () => {
    await expect(inTime({ what: 'x', timeoutSeconds: 5 }, Promise.resolve(1))).resolves.toBe(1);
    await expect(endsInTime('x', 5, execa('sh', ['-c', 'exit 3']))).rejects.toMatchObject({ exitCode: 3 });
  });
});

/** A disk whose file lies on a frozen file system: the kernel takes its writes and never ends them, until it is thawed. */
describe.skipIf(loopDevicesMissing)('a disk that hangs in the kernel', () => {
  let outside: LoopHost;
  let inside: LoopHost;
  let frozen: string | undefined;

  beforeEach(() => {
    outside = new LoopHost();
    inside = new LoopHost();
  });
  afterEach(async () => {
    vi.useRealTimers();
    if (frozen !== undefined) await execa('fsfreeze', ['--unfreeze', frozen]);
    await vi.waitFor(async () => expect(await hangingThreads()).toEqual([]), { timeout: 10_000 });
    await inside.remove();
    await outside.remove();
  });

  /** Threads of this very process that no signal reaches. */
  const hangingThreads = async (): Promise<string[]> => {
    const threads = await readdir('/proc/self/task');
    const states = await Promise.all(
      threads.map((thread) => readFile(`/proc/self/task/${thread}/stat`, 'utf8').catch(() => '')),
    );
    return states.filter((state) => state.includes(') D '));
  };

  it('does not hold the operation, is named in the refusal, and stays busy as long as something hangs on it', async () => {
    const ground = await outside.addDisk();
    await execa('mkfs.ext4', ['-q', ground.path]);
    const at = await outside.mount(ground);
    const disk = await inside.addDisk({ file: join(at, 'disk.img'), sizeBytes: 5 * 2 ** 30 });
    await writeAt(disk, 0, completeLabel(CEPH_FSID, OSD_UUID));
    const approved: ApprovedDisk = { node: 'n1', path: disk.path, id: disk.id, sizeBytes: disk.sizeBytes };
    const expected = { kind: 'label', cephFsid: CEPH_FSID, osdUuid: OSD_UUID } as const;
    const wiping = withGuardedDisk({ host: inside.host, approved, expected }, async (guarded) => {
      await execa('fsfreeze', ['--freeze', at]);
      frozen = at;
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      return wipeDisk(guarded, () => {});
    });
    const refused = expect(wiping).rejects.toMatchObject({
      code: 'DISK_SILENT',
      message: expect.stringMatching(/ \(.*\/loop\d+\) of n1: a (write|flush) did not end/) as string,
    });
    const end = { reached: false };
    void refused.finally(() => (end.reached = true)).catch(() => {});
    // The clock goes on only while something hangs, so that slow is not taken for hanging; a read before the frost hangs for a moment too.
    while (!end.reached) {
      const isHanging = (await hangingThreads()).length > 0;
      if (isHanging && vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(READ_SECONDS * 1000);
    }
    await refused;
    await expect(open(disk.path, constants.O_RDONLY | constants.O_EXCL)).rejects.toMatchObject({ code: 'EBUSY' });
  }, 60_000);
});
