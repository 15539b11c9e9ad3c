import { join } from 'node:path';
import type { DiskFacts } from '../contract/disk.ts';
import { activeFileSystems } from './active-file-systems.ts';
import type { BlockDevice } from './block-devices.ts';
import type { DiskHost } from './disk-host.ts';
import { readIdentity } from './identity.ts';
import { readText } from './kernel-files.ts';
import { isSystemMount, type Mount } from './mounts.ts';
import { readTopology } from './topology.ts';

/** Facts the kernel tells without the device being opened. */
export type OutsideFacts = Omit<DiskFacts, 'labels' | 'signatures' | 'exclusiveOpenError' | 'readError'>;

const isSet = async (path: string): Promise<boolean> => (await readText(path)) === '1';

/** An agent has a mount namespace of its own: that something is mounted can be seen from there, where it is mounted cannot. */
const mountedElsewhere = (fileSystem: string): string => `[a place that only the host sees, ${fileSystem}]`;

/** Reads what the kernel knows of a device: identity, properties, what is built and mounted on it. */
export async function readOutsideFacts(
  host: DiskHost,
  device: BlockDevice,
  known: { mounts: Mount[]; aliases: string[] },
): Promise<OutsideFacts> {
  const { sysPath } = device;
  const { partitions, holders, numbers } = await readTopology(host.sys, sysPath);
  const seen = [...new Set(known.mounts.filter(({ number }) => numbers.has(number)).map(({ at }) => at))].sort();
  const names = new Set([device.kernelName, ...partitions, ...holders]);
  const mounts = seen.length > 0 ? seen : (await activeFileSystems(host.sys, names)).map(mountedElsewhere);
  return {
    path: device.path,
    kernelName: device.kernelName,
    majorMinor: device.majorMinor,
    type: device.type,
    id: await readIdentity(host, device),
    aliases: known.aliases,
    model: await readText(join(sysPath, 'device', 'model')),
    sizeBytes: device.sizeBytes,
    rotational: await isSet(join(sysPath, 'queue', 'rotational')),
    readOnly: await isSet(join(sysPath, 'ro')),
    removable: await isSet(join(sysPath, 'removable')),
    mounts,
    holders,
    partitions,
    holdsSystem: mounts.some(isSystemMount),
  };
}
