import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { failure } from '../errors.ts';
import { describeFailure } from './describe-failure.ts';
import { inherit } from './inherit.ts';

const CONFLICT = 75;

/** The file lies in memory and the lock is not waited for, so this bounds only a host that gives no time to anybody. */
const LOCKED_WITHIN_SECONDS = 20;

/** File that stands for a disk on this host, whatever its name and whichever cluster asks. */
export const lockFile = (locksDir: string, diskId: string): string =>
  join(locksDir, createHash('sha256').update(diskId).digest('hex'));

/**
 * Runs `act` while this host's lock of a disk is held; a lock that is taken is `DISK_BUSY` at once. The lock belongs to the open file
 * that `act` gets as a descriptor: a child that inherits it keeps the lock until it ends, even if this process dies before.
 * The file is never removed, because a second holder could then lock a new file of the same name.
 */
export async function withDiskLock<T>(
  { locksDir, diskId }: { locksDir: string; diskId: string },
  act: (lockFd: number) => Promise<T>,
): Promise<T> {
  await mkdir(locksDir, { recursive: true, mode: 0o700 });
  const path = lockFile(locksDir, diskId);
  const handle = await open(path, 'a', 0o600);
  try {
    // flock(2) locks the open file description, which the child shares: the lock stays after it has ended.
    const locking = await execa('flock', ['--nonblock', '--conflict-exit-code', String(CONFLICT), '3'], {
      stdio: ['ignore', 'pipe', 'pipe', inherit(handle.fd)],
      reject: false,
      timeout: LOCKED_WITHIN_SECONDS * 1000,
      forceKillAfterDelay: 1000,
    });
    if (locking.exitCode === CONFLICT) {
      throw failure('DISK_BUSY', `Cannot work on disk ${diskId}: another command on this host holds its lock ${path}`);
    }
    if (locking.failed) {
      throw failure('COMMAND_FAILED', `Cannot lock disk ${diskId}: ${describeFailure(locking)}`, { cause: locking });
    }
    return await act(handle.fd);
  } finally {
    await handle.close();
  }
}
