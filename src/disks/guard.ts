import { realpath, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApprovedDisk, BlueStoreLabel, DiskFacts, Signature } from '../contract/disk.ts';
import { failure } from '../errors.ts';
import { majorMinor, nodeNumber, readSizeBytes, type BlockDevice } from './block-devices.ts';
import { NOTHING_READ, openToRead, readContents } from './contents.ts';
import { describeFailure } from './describe-failure.ts';
import { readOutsideFacts } from './disk-facts.ts';
import type { DiskHost } from './disk-host.ts';
import { differences, type Difference, type ExpectedContent } from './guard-checks.ts';
import { readIdentity } from './identity.ts';
import { inherit, type InheritedFd } from './inherit.ts';
import { errorCode } from './kernel-files.ts';
import { locateDisk } from './locate.ts';
import { withDiskLock } from './lock.ts';
import { readMounts } from './mounts.ts';
import { directReader } from './read-block.ts';
import { closeOrLeave, DeviceSilence, openInTime } from './silence.ts';

/** A disk that was proven to be the approved one and is held so while it is worked on. */
export interface GuardedDisk {
  node: string;
  /** Where the disk is now; may differ from the approved path. */
  path: string;
  id: string;
  sizeBytes: number;
  /** Copies of the label found, all of them expected; empty for a blank disk. */
  labels: BlueStoreLabel[];
  /** Other signatures found, all of them expected. */
  signatures: Signature[];
  /** Open for reading on exactly this device until the work ends. */
  fd: number;
  /** Descriptors of lock and device: hand them to every changing child (`stdio: ['ignore', 'pipe', 'pipe', ...inheritedFds]`). */
  inheritedFds: InheritedFd[];
}

export interface GuardRequest {
  host: DiskHost;
  approved: ApprovedDisk;
  expected: ExpectedContent;
}

async function openDevice(device: BlockDevice, approved: ApprovedDisk): Promise<FileHandle> {
  try {
    return await openInTime(openToRead(device.path));
  } catch (error) {
    if (error instanceof DeviceSilence) throw error;
    const what = `Cannot work on disk ${approved.id} of ${approved.node}: ${device.path} cannot be opened: ${errorCode(error)}`;
    throw failure('DISK_CHANGED', what, { cause: error });
  }
}

/** Facts about the device behind the descriptor, whatever its path means by now, read past the page cache. */
async function readGuardFacts(host: DiskHost, device: BlockDevice, handle: FileHandle): Promise<DiskFacts> {
  const number = majorMinor((await handle.stat()).rdev);
  const sysPath = await realpath(join(host.sys, 'dev', 'block', number));
  const opened = { ...device, majorMinor: number, sysPath, sizeBytes: await readSizeBytes(sysPath) };
  const outside = await readOutsideFacts(host, opened, { mounts: await readMounts(host), aliases: [] });
  try {
    return {
      ...outside,
      ...(await readContents(handle, directReader(handle.fd), opened.sizeBytes)),
      readError: null,
    };
  } catch (error) {
    if (error instanceof DeviceSilence) throw error;
    return { ...outside, ...NOTHING_READ, readError: describeFailure(error) };
  }
}

function refuse(approved: ApprovedDisk, found: Difference[]): never {
  const changed = found.some(({ kind }) => kind === 'changed');
  const because = found.map(({ expected, seen }) => `expected ${expected}, seen ${seen}`).join('; ');
  const finding = {
    code: changed ? 'DISK_CHANGED' : 'DISK_BUSY',
    severity: 'blocking' as const,
    because,
    target: `${approved.node}:${approved.path}`,
    evidence: found.map(({ expected, seen }) => ({ expected, seen })),
  };
  throw failure(
    changed ? 'DISK_CHANGED' : 'DISK_BUSY',
    `Cannot work on disk ${approved.id} (${approved.path}) of ${approved.node}: ${because}`,
    { findings: [finding] },
  );
}

async function requireSamePath(device: BlockDevice, handle: FileHandle, approved: ApprovedDisk): Promise<void> {
  const opened = majorMinor((await handle.stat()).rdev);
  const now = await nodeNumber(device.path);
  if (now === opened) return;
  refuse(approved, [{ kind: 'changed', expected: `${device.path} to be ${opened}`, seen: now ?? 'no device there' }]);
}

async function requireSameDisk(
  host: DiskHost,
  device: BlockDevice,
  handle: FileHandle,
  approved: ApprovedDisk,
): Promise<void> {
  await requireSamePath(device, handle, approved);
  const seen = await readIdentity(host, device);
  if (seen === approved.id) return;
  refuse(approved, [{ kind: 'changed', expected: `identity ${approved.id} to the end`, seen: seen ?? 'no identity' }]);
}

/**
 * Runs `act` on a disk only if, at this moment, it is exactly the approved one in exactly the expected state, with the host's lock and
 * a descriptor of the device held until `act` ends. This is the last check before data is destroyed, so it repeats everything and no
 * option leaves a part of it out. What does not fit is `DISK_CHANGED` or `DISK_BUSY`, before anything was written. A disk that hangs is
 * `DISK_SILENT` after minutes; what still hangs on it has it open, so it stays busy until that has ended.
 */
export async function withGuardedDisk<T>(request: GuardRequest, act: (disk: GuardedDisk) => Promise<T>): Promise<T> {
  try {
    return await actGuarded(request, act);
  } catch (error) {
    if (!(error instanceof DeviceSilence)) throw error;
    const { node, path, id } = request.approved;
    throw failure('DISK_SILENT', `Cannot work on disk ${id} (${path}) of ${node}: ${error.message}`, { cause: error });
  }
}

async function actGuarded<T>(
  { host, approved, expected }: GuardRequest,
  act: (disk: GuardedDisk) => Promise<T>,
): Promise<T> {
  return withDiskLock({ locksDir: host.locksDir, diskId: approved.id }, async (lockFd) => {
    const device = await locateDisk(host, approved);
    const handle = await openDevice(device, approved);
    try {
      const facts = await readGuardFacts(host, device, handle);
      const found = differences(facts, approved, expected);
      if (found.length > 0) refuse(approved, found);
      await requireSamePath(device, handle, approved);
      const { sizeBytes, labels, signatures } = facts;
      const { node, id } = approved;
      const inheritedFds = [inherit(lockFd), inherit(handle.fd)];
      const fd = handle.fd;
      const result = await act({ node, path: device.path, id, sizeBytes, labels, signatures, fd, inheritedFds });
      await requireSameDisk(host, device, handle, approved);
      return result;
    } finally {
      await closeOrLeave(handle);
    }
  });
}
