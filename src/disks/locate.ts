import type { ApprovedDisk } from '../contract/disk.ts';
import { failure } from '../errors.ts';
import { listBlockDevices, nodeNumber, type BlockDevice } from './block-devices.ts';
import type { DiskHost } from './disk-host.ts';
import { readIdentity } from './identity.ts';

const isMissing = (approved: ApprovedDisk, seen: string): Error =>
  failure(
    'DISK_CHANGED',
    `Cannot work on disk ${approved.id} of ${approved.node}: it was approved as ${approved.path}, and ${seen}`,
  );

/**
 * Finds the approved disk by its identity. It may carry another path than approved only where nothing else took that path and the
 * identity is on this host once; everything else is `DISK_CHANGED`.
 */
export async function locateDisk(host: DiskHost, approved: ApprovedDisk): Promise<BlockDevice> {
  if (approved.node !== host.node) throw isMissing(approved, `this is the agent of ${host.node}`);
  const devices = await Promise.all(
    (await listBlockDevices(host)).map(async (device) => ({ device, id: await readIdentity(host, device) })),
  );
  const there = devices.find(({ device }) => device.path === approved.path);
  if (there && there.id !== approved.id)
    throw isMissing(approved, `${approved.path} is now ${there.id ?? 'a disk without identity'}`);
  if (there) return there.device;
  const taken = await nodeNumber(approved.path);
  if (taken) throw isMissing(approved, `${approved.path} is now the device ${taken}`);
  const [found, ...more] = devices.filter(({ id }) => id === approved.id);
  if (!found) throw isMissing(approved, 'no disk of this identity is there now');
  if (more.length > 0) throw isMissing(approved, `${more.length + 1} other disks carry this identity now`);
  return found.device;
}
