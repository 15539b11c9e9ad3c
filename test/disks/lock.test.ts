import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaNode } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFile, withDiskLock } from '../../src/disks/lock.ts';

const diskId = 'serial:A';
const HOLDER = join(import.meta.dirname, 'lock-holder.ts');

describe('the lock of a disk', () => {
  let locksDir: string;
  beforeEach(() => {
    locksDir = join(mkdtempSync(join(tmpdir(), 'cephflow-lock-')), 'locks');
  });
  const children: number[] = [];
  afterEach(async () => {
    for (const pid of children.splice(0)) end(pid);
    await rm(join(locksDir, '..'), { recursive: true });
  });

  const end = (pid: number): void => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Already ended by the test itself.
    }
  };

  const take = (id = diskId): Promise<string> => withDiskLock({ locksDir, diskId: id }, async () => 'taken');

  /** Another process that holds the lock, and a child of it that inherited it. */
  async function startHolder() {
    const holder = execaNode(HOLDER, [locksDir, diskId], { reject: false, stdin: 'pipe' });
    const [line] = (await once(holder.stdout, 'data')) as [Buffer];
    const childPid = Number(line.toString());
    children.push(childPid);
    return { holder, childPid };
  }

  it('is free again after the work, also after failed work', async () => {
    expect(await take()).toBe('taken');
    await expect(withDiskLock({ locksDir, diskId }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await take()).toBe('taken');
  });

  it('is refused at once to a second command of the same process, naming the disk', async () => {
    await withDiskLock({ locksDir, diskId }, async () => {
      await expect(take()).rejects.toMatchObject({
        code: 'DISK_BUSY',
        message: expect.stringContaining(diskId) as string,
      });
      expect(await take('serial:B')).toBe('taken');
    });
  });

  it('is refused while another process holds it', async () => {
    const { holder, childPid } = await startHolder();
    await expect(take()).rejects.toMatchObject({ code: 'DISK_BUSY' });
    process.kill(childPid, 'SIGKILL');
    await holder;
    expect(await take()).toBe('taken');
  });

  it('outlives a killed process as long as the command it started', async () => {
    const { holder, childPid } = await startHolder();
    holder.kill('SIGKILL');
    await holder;
    await expect(take()).rejects.toMatchObject({ code: 'DISK_BUSY' });
    process.kill(childPid, 'SIGKILL');
    await expect.poll(() => take().catch(() => 'busy')).toBe('taken');
  });

  it('has a file name that does not depend on the path of the disk', () => {
    expect(lockFile('/run/locks', diskId)).toMatch(/^\/run\/locks\/[0-9a-f]{64}$/);
  });
});
