import type { BlockDeviceType, DiskFacts, IoErrors } from '../contract/disk.ts';
import { readAliases } from './aliases.ts';
import { listBlockDevices, majorMinor, type BlockDevice } from './block-devices.ts';
import { NOTHING_READ, openToRead, readContents, type Contents } from './contents.ts';
import { describeFailure } from './describe-failure.ts';
import { readOutsideFacts } from './disk-facts.ts';
import type { DiskHost } from './disk-host.ts';
import { readIdentity } from './identity.ts';
import { readIoErrors } from './io-errors.ts';
import { readMounts } from './mounts.ts';
import { bufferedReader } from './read-block.ts';
import { DeviceSilence, inTime, READ_SECONDS } from './silence.ts';

/** Only these can become OSDs. Others are not opened: reading a device of a broken cluster (rbd, dm on top of it) may hang for ever. */
const LOOKED_INTO: BlockDeviceType[] = ['disk', 'loop'];

async function lookInto(device: BlockDevice): Promise<Contents> {
  const handle = await openToRead(device.path);
  try {
    const opened = majorMinor((await handle.stat()).rdev);
    if (opened !== device.majorMinor)
      throw new Error(`${device.path} became another device (${opened}) while it was read`);
    return await readContents(handle, bufferedReader(handle), device.sizeBytes);
  } finally {
    await handle.close();
  }
}

/** Devices that still hang from an earlier look. A read that hangs holds one of Node's few threads, so each disk may hold one only. */
const hanging = new Set<string>();

/** A disk that does not answer must not hide the others. Its read stays behind in the kernel until the disk answers or is gone. */
async function lookIntoWithin(device: BlockDevice): Promise<Contents> {
  const { majorMinor: number } = device;
  if (hanging.has(number)) throw new Error('the device has not answered an earlier read yet');
  const looking = lookInto(device).finally(() => hanging.delete(number));
  try {
    return await inTime({ what: 'reading it', timeoutSeconds: READ_SECONDS }, looking);
  } catch (error) {
    if (error instanceof DeviceSilence) hanging.add(number);
    throw error;
  }
}

async function readInside(device: BlockDevice): Promise<Contents & Pick<DiskFacts, 'readError'>> {
  if (!LOOKED_INTO.includes(device.type)) return { ...NOTHING_READ, readError: null };
  try {
    return { ...(await lookIntoWithin(device)), readError: null };
  } catch (error) {
    return { ...NOTHING_READ, readError: describeFailure(error) };
  }
}

function errorsOf({ kernelName }: BlockDevice, known: Map<string, IoErrors> | null): Pick<DiskFacts, 'ioErrors'> {
  if (known === null) return { ioErrors: null };
  const ioErrors = known.get(kernelName);
  return ioErrors === undefined ? {} : { ioErrors };
}

/** Devices of this host; given an identity, all that carry it. */
async function listDevices(host: DiskHost, id: string | undefined): Promise<BlockDevice[]> {
  const devices = await listBlockDevices(host);
  if (id === undefined) return devices;
  const own = await Promise.all(devices.map(async (device) => (await readIdentity(host, device)) === id));
  return devices.filter((_, index) => own[index]);
}

/**
 * Facts about every whole block device of this host, in order of their paths, from sysfs, /dev and the kernel's log alone. Changes nothing, judges
 * nothing. A device that cannot be read has `readError` set and is listed all the same. With `only` no device of another identity is opened.
 */
export async function readDisks(host: DiskHost, only?: { id: string }): Promise<DiskFacts[]> {
  const [devices, mounts, aliases] = await Promise.all([
    listDevices(host, only?.id),
    readMounts(host),
    readAliases(host.dev),
  ]);
  const ioErrors = await readIoErrors(host, devices);
  const disks = devices.map(async (device): Promise<DiskFacts> => {
    const outside = await readOutsideFacts(host, device, { mounts, aliases: aliases.get(device.path) ?? [] });
    return { ...outside, ...(await readInside(device)), ...errorsOf(device, ioErrors) };
  });
  return (await Promise.all(disks)).sort((a, b) => (a.path < b.path ? -1 : 1));
}
