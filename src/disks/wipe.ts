import { constants, open, type FileHandle } from 'node:fs/promises';
import { execa } from 'execa';
import { failure } from '../errors.ts';
import type { GuardedDisk } from './guard.ts';
import { errorCode } from './kernel-files.ts';
import {
  closeOrLeave,
  DeviceSilence,
  DISCARD_SECONDS,
  endsInTime,
  inTime,
  openInTime,
  WRITE_SECONDS,
} from './silence.ts';
import { planWipe, type Region } from './wipe-plan.ts';
import { proveWiped, proveZeroBesides } from './wipe-proof.ts';

const ZEROS = Buffer.alloc(4 * 2 ** 20);

/** Where a wipe is, for the heartbeat. */
export interface WipeProgress {
  stage: 'discard' | 'zero' | 'prove';
  doneBytes: number;
  totalBytes: number;
}

export interface WipeResult {
  /** True where no label was there any more and therefore nothing was written. */
  already: boolean;
  zeroedBytes: number;
  provenBytes: number;
}

type OnProgress = (progress: WipeProgress) => void;

const total = (regions: Region[]): number => regions.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);

/** Tells the device that its content is not needed. A device that does not support it loses nothing: zeros are written anyway. */
async function discard(disk: GuardedDisk, regions: Region[], onProgress: OnProgress): Promise<void> {
  let doneBytes = 0;
  for (const { offsetBytes, lengthBytes } of regions) {
    onProgress({ stage: 'discard', doneBytes, totalBytes: total(regions) });
    const range = ['--offset', String(offsetBytes), '--length', String(lengthBytes)];
    const discarding = execa('blkdiscard', [...range, '/proc/self/fd/4'], {
      stdio: ['ignore', 'ignore', 'ignore', ...disk.inheritedFds],
      reject: false,
    });
    const { failed } = await endsInTime(`discarding at ${offsetBytes}`, DISCARD_SECONDS, discarding);
    if (failed) return;
    doneBytes += lengthBytes;
  }
}

/** Opens the very device the guard holds, for this process alone: as long as it is open nobody can mount it or start an OSD on it. */
async function openExclusively(disk: GuardedDisk): Promise<FileHandle> {
  try {
    return await openInTime(open(`/proc/self/fd/${disk.fd}`, constants.O_RDWR | constants.O_EXCL));
  } catch (error) {
    if (error instanceof DeviceSilence) throw error;
    const code = errorCode(error);
    const what = `Cannot wipe disk ${disk.id} (${disk.path}) of ${disk.node}: opening it for writing fails with ${code}`;
    throw failure(code === 'EBUSY' ? 'DISK_BUSY' : 'DISK_CHANGED', what, { cause: error });
  }
}

async function zero(handle: FileHandle, region: Region, onWritten: (bytes: number) => void): Promise<void> {
  for (let done = 0; done < region.lengthBytes;) {
    const length = Math.min(ZEROS.length, region.lengthBytes - done);
    const writing = handle.write(ZEROS, 0, length, region.offsetBytes + done);
    const { bytesWritten } = await inTime({ what: 'a write', timeoutSeconds: WRITE_SECONDS }, writing);
    if (bytesWritten === 0) throw new Error('the device takes no more bytes');
    done += bytesWritten;
    onWritten(bytesWritten);
  }
}

/** Overwrites regions in order; each has reached the device before the next is begun. Returns the bytes written. */
async function zeroInOrder(disk: GuardedDisk, regions: Region[], onProgress: OnProgress): Promise<number> {
  const handle = await openExclusively(disk);
  let doneBytes = 0;
  let at = 0;
  try {
    for (const region of regions) {
      at = region.offsetBytes;
      await zero(handle, region, (bytes) => {
        doneBytes += bytes;
        onProgress({ stage: 'zero', doneBytes, totalBytes: total(regions) });
      });
      await inTime({ what: 'a flush', timeoutSeconds: WRITE_SECONDS }, handle.sync());
    }
  } catch (error) {
    // A write that hangs may still land. Until it has ended the device stays open here, so that no guard lets anybody else begin.
    if (error instanceof DeviceSilence) throw error;
    const what = `Cannot wipe disk ${disk.id} (${disk.path}) of ${disk.node}: zeros cannot be written in the region at offset ${at}`;
    throw failure('WIPE_NOT_PROVEN', `${what}: ${errorCode(error)}`, { cause: error });
  } finally {
    await closeOrLeave(handle);
  }
  return doneBytes;
}

/**
 * Wipes a guarded disk that carries what is expected, and proves it (`proveWiped`). May be killed at any moment and called again: the
 * anchor of `planWipe` goes last. A disk on which nothing is found is never written to, only proven. No `wipefs --all`: it would take the
 * anchor away first.
 * Full content is not overwritten: what remains between the wiped places is unreachable for Ceph, not shredded.
 */
export async function wipeDisk(disk: GuardedDisk, onProgress: OnProgress): Promise<WipeResult> {
  const [first] = [...disk.labels, ...disk.signatures].map(({ offsetBytes }) => offsetBytes).toSorted((a, b) => a - b);
  let zeroedBytes = 0;
  if (first !== undefined) {
    const plan = planWipe(disk.sizeBytes, first);
    await discard(disk, plan.discards, onProgress);
    zeroedBytes = await zeroInOrder(disk, plan.zeros, onProgress);
    await proveZeroBesides(disk, plan.anchor);
    zeroedBytes += await zeroInOrder(disk, [plan.anchor], onProgress);
  }
  onProgress({ stage: 'prove', doneBytes: 0, totalBytes: disk.sizeBytes });
  return { already: first === undefined, zeroedBytes, provenBytes: await proveWiped(disk) };
}
