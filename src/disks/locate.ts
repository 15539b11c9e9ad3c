import type { ApprovedDisk } from '../contract/disk.ts';
import { failure } from '../errors.ts';
import { listBlockDevices, type BlockDevice } from './block-devices.ts';
import type { DiskHost } from './disk-host.ts';
import { readIdentity } from './identity.ts';

const isMissing = (approved: ApprovedDisk, seen: string): Error =>
  failure(
    'DISK_CHANGED',
    `Cannot work on disk ${approved.id} of ${approved.node}: it was approved as ${approved.path}, and ${seen}`,
  );

/**
 * Finds the approved disk by its identity, which is on this host once or at the approved path. It may carry another path than approved, also
 * where another disk has that one now: names change when a host starts again. Everything else is `DISK_CHANGED`.
 */
export async function locateDisk(host: DiskHost, approved: ApprovedDisk): Promise<BlockDevice> {
  if (approved.node !== host.node) throw isMissing(approved, `this is the agent of ${host.node}`);
  const devices = await Promise.all(
    (await listBlockDevices(host)).map(async (device) => ({ device, id: await readIdentity(host, device) })),
  );
  const own = devices.filter(({ id }) => id === approved.id);
  const there = own.find(({ device }) => device.path === approved.path);
  if (there !== undefined) return there.device;
  const [found, ...more] = own;
  if (found === undefined) {
    const other = devices.find(({ device }) => device.path === approved.path);
    const instead = other === undefined ? '' : `; ${approved.path} is ${other.id ?? 'a disk without identity'}`;
    throw isMissing(approved, `no disk of this identity is there now${instead}`);
  }
  if (more.length > 0) throw isMissing(approved, `${more.length + 1} other disks carry this identity now`);
  return found.device;
}
