import { Context } from '@temporalio/activity';
import type { NewDisk, UntilNewDiskInput } from '../../src/contract/osd-activities.ts';
import { listBlockDevices } from '../../src/disks/block-devices.ts';
import type { DiskHost } from '../../src/disks/disk-host.ts';
import { readIdentity } from '../../src/disks/identity.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';

/** A look costs some reads of sysfs; no disk is opened, so that one which hangs holds nothing up. */
const LOOK_EVERY_MILLISECONDS = 1000;

/**
 * Waits, however long it takes, until this host has a disk that it did not have, and that shows the same identity twice. Judges nothing and
 * changes nothing.
 */
export async function untilNewDisk({ host }: AgentDeps, { known }: UntilNewDiskInput): Promise<NewDisk> {
  const context = Context.current();
  let before: string[] = [];
  for (;;) {
    const disks = await whileHeartbeating(
      () => `waiting for a new disk on ${host.node}`,
      () => readNames(host),
    );
    const fresh = disks.filter(({ id }) => !known.includes(id));
    // A disk that is being plugged in may still show another identity.
    const [settled] = fresh.filter(({ id }) => before.includes(id));
    if (settled !== undefined) return settled;
    before = fresh.map(({ id }) => id);
    await context.sleep(LOOK_EVERY_MILLISECONDS);
  }
}

async function readNames(host: DiskHost): Promise<NewDisk[]> {
  const devices = await listBlockDevices(host);
  const named = await Promise.all(
    devices.map(async (device) => ({ path: device.path, id: await readIdentity(host, device) })),
  );
  return named.flatMap(({ id, path }) => (id === null ? [] : [{ id, path }]));
}
