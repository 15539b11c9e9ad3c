import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { errorCode } from './kernel-files.ts';
import { addRecords, noKernelErrors, type KernelErrors } from './kernel-errors.ts';

/** More than the kernel puts into one record; with a shorter buffer the read fails. */
const RECORD_BYTES = 16_384;

/** The medium in a device, as long as this log has been open. */
export interface SeenMedium {
  /** The kernel's number of it, another one for each medium; `null` before Linux 5.15. */
  sequence: string | null;
  /** Errors up to here, in microseconds since boot, may be of a medium before it. */
  since: number;
}

interface OpenLog {
  handle: FileHandle;
  known: KernelErrors;
  media: Map<string, SeenMedium>;
  /** Ends when all was read that had been asked for. */
  reading: Promise<unknown>;
}

/** Kept open, so that each look reads only what came since. A restart reads again what the kernel still holds. */
const logs = new Map<string, OpenLog>();

/** What the kernel's log told up to now; `null` where it cannot be read. Reads only, and never waits for the kernel. */
export async function readKernelLog(path: string): Promise<Pick<OpenLog, 'known' | 'media'> | null> {
  const log = await openLog(path);
  if (log === null) return null;
  const turn = log.reading.then(() => readToEnd(log));
  log.reading = turn;
  if (await turn) return log;
  logs.delete(path);
  await log.handle.close();
  return null;
}

async function openLog(path: string): Promise<OpenLog | null> {
  const before = logs.get(path);
  if (before !== undefined) return before;
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const log = { handle, known: noKernelErrors(), media: new Map<string, SeenMedium>(), reading: Promise.resolve() };
    logs.set(path, log);
    return log;
  } catch {
    return null;
  }
}

/** False where it cannot be read any further. */
async function readToEnd({ handle, known }: OpenLog): Promise<boolean> {
  const buffer = Buffer.alloc(RECORD_BYTES);
  for (;;) {
    try {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return true;
      addRecords(known, buffer.toString('latin1', 0, bytesRead));
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EAGAIN') return true;
      // Records were overwritten before they were read; the next read gives the oldest that is left.
      if (code !== 'EPIPE') return false;
    }
  }
}
