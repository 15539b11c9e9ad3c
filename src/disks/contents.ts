import { constants, open, type FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { DiskFacts } from '../contract/disk.ts';
import { errorCode } from './kernel-files.ts';
import { readLabels, type ReadBlock } from './label-places.ts';
import { probeSignatures, withoutLabels } from './signatures.ts';
import { inTime, READ_SECONDS } from './silence.ts';

export type Contents = Pick<DiskFacts, 'labels' | 'signatures' | 'exclusiveOpenError'>;

/** Where nothing could or may be read. */
export const NOTHING_READ: Contents = { labels: [], signatures: [], exclusiveOpenError: null };

/** Opens a device to look at it. Never blocks on a missing medium. */
export const openToRead = (path: string): Promise<FileHandle> => open(path, constants.O_RDONLY | constants.O_NONBLOCK);

const TRIES = 3;
const PAUSE_MILLISECONDS = 100;

async function claimOnce(fd: number): Promise<string | null> {
  try {
    const claim = await open(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_EXCL);
    await claim.close();
    return null;
  } catch (error) {
    return errorCode(error);
  }
}

/**
 * `null`, or why the device cannot be opened exclusively. The claim is given back at once: held longer it would keep an OSD from
 * starting. Another look at the same disk (an agent of another cluster) is such a claim too and passes, hence more than one try.
 */
export async function tryExclusiveOpen(fd: number): Promise<string | null> {
  for (let tries = 1; ; tries += 1) {
    const refusal = await claimOnce(fd);
    if (refusal !== 'EBUSY' || tries === TRIES) return refusal;
    await pause(PAUSE_MILLISECONDS);
  }
}

/** What is on an open device, and whether something holds it. Changes nothing. */
export async function readContents(handle: FileHandle, read: ReadBlock, sizeBytes: number): Promise<Contents> {
  const [labels, probed] = await Promise.all([readLabels(read, sizeBytes), probeSignatures(handle.fd)]);
  const signatures = withoutLabels(probed, labels);
  // Only now: a program that still reads could be taken for a holder.
  const claim = inTime({ what: 'an exclusive open', timeoutSeconds: READ_SECONDS }, tryExclusiveOpen(handle.fd));
  return { labels, signatures, exclusiveOpenError: await claim };
}
