/**
 * A disk whose last cable or controller has died lets every read and write of it hang in the kernel. Nothing can end that: neither a
 * signal to the program nor closing the descriptor. So whatever touches a disk is waited for with a limit and then left behind.
 */
import type { FileHandle } from 'node:fs/promises';

/** A healthy disk answers in milliseconds, one that must spin up first in some 20 s. */
export const READ_SECONDS = 30;

/** The kernel gives a command of a disk 30 s and tries it five times more before it reports an error: that error is worth waiting for. */
export const WRITE_SECONDS = 200;

/** One piece of 4 GiB: also slow disks and arrays that write zeros instead of forgetting do more than the 7 MB/s of this. */
export const DISCARD_SECONDS = 600;

/** Something on a device did not end in its time. What was left behind may still end, and writes still land, when the device answers. */
export class DeviceSilence extends Error {
  constructor(what: string, timeoutSeconds: number) {
    super(`${what} did not end within ${timeoutSeconds} s, as if the device hung`);
    this.name = 'DeviceSilence';
  }
}

/** Waits for `work` on a device, and no longer. Work that is left behind goes on; `late` gets what it still brings. */
export async function inTime<T>(
  { what, timeoutSeconds, late }: { what: string; timeoutSeconds: number; late?: (result: T) => void },
  work: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      work.then(late, () => {});
      reject(new DeviceSilence(what, timeoutSeconds));
    }, timeoutSeconds * 1000);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for a device to open, and no longer. One that opens later is closed again, or it would stay busy for nobody. */
export const openInTime = (opening: Promise<FileHandle>): Promise<FileHandle> =>
  inTime({ what: 'opening it', timeoutSeconds: READ_SECONDS, late: (handle) => void handle.close() }, opening);

/** Closes a device. One that hangs is left to close when it answers; until then nobody else gets it exclusively. */
export async function closeOrLeave(handle: FileHandle): Promise<void> {
  try {
    await inTime({ what: 'closing it', timeoutSeconds: READ_SECONDS }, handle.close());
  } catch (error) {
    if (!(error instanceof DeviceSilence)) throw error;
  }
}

/** A program that execa has started. */
interface Child<T> extends Promise<T> {
  kill(signal: 'SIGKILL'): boolean;
}

/** Waits for a program that works on a device. In its time or killed; its end is not waited for, because in the kernel no signal reaches it. */
export async function endsInTime<T>(what: string, timeoutSeconds: number, child: Child<T>): Promise<T> {
  try {
    return await inTime({ what, timeoutSeconds }, child);
  } catch (error) {
    if (error instanceof DeviceSilence) child.kill('SIGKILL');
    throw error;
  }
}
