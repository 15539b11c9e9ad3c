import { join } from 'node:path';
import { listNames } from './kernel-files.ts';

/** Kernel drivers with a directory of sysfs per mounted file system, named after the block device that it is on. */
const BY_DEVICE = ['ext4', 'xfs', 'f2fs'];

/**
 * File systems that the kernel has mounted on one of these devices, whoever mounted it: sysfs is one for all mount namespaces, so it also
 * tells what the host mounted where a container cannot look. A bare exclusive open would only tell that the disk is in use.
 * @param names kernel names of a disk, its partitions and what is built on them
 */
export async function activeFileSystems(sys: string, names: ReadonlySet<string>): Promise<string[]> {
  const found = [...BY_DEVICE.map((type) => ({ type, directory: join(sys, 'fs', type) }))];
  for (const volume of await listNames(join(sys, 'fs', 'btrfs')))
    found.push({ type: 'btrfs', directory: join(sys, 'fs', 'btrfs', volume, 'devices') });
  const active = await Promise.all(
    found.map(async ({ type, directory }) =>
      (await listNames(directory)).some((name) => names.has(name)) ? [type] : [],
    ),
  );
  return [...new Set(active.flat())].sort();
}
