import { watch, type FSWatcher } from 'node:fs';
import { Context } from '@temporalio/activity';
import type { NewDisk, UntilNewDiskInput } from '../../src/contract/osd-activities.ts';
import { listBlockDevices } from '../../src/disks/block-devices.ts';
import type { DiskHost } from '../../src/disks/disk-host.ts';
import { readIdentity } from '../../src/disks/identity.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';

/** Without a sign of udev. A look costs some reads of sysfs; no disk is opened, so that one which hangs holds nothing up. */
const LOOK_EVERY_MILLISECONDS = 1000;
/** A disk that is being plugged in may still show another identity. */
const SETTLES_IN_MILLISECONDS = 500;
/** udev writes several records of one disk. */
const GATHER_SIGNS_MILLISECONDS = 50;

/**
 * Waits, however long it takes, until this host has a disk that it did not have, and that shows the same identity twice. Judges nothing and
 * changes nothing.
 */
export async function untilNewDisk(
  { host }: AgentDeps,
  { known }: UntilNewDiskInput,
  lookEveryMilliseconds = LOOK_EVERY_MILLISECONDS,
): Promise<NewDisk> {
  const context = Context.current();
  let before: string[] = [];
  for (;;) {
    const disks = await whileHeartbeating(
      () => `waiting for a new disk on ${host.node}`,
      () => readNames(host),
    );
    const fresh = disks.filter(({ id }) => !known.includes(id));
    const [settled] = fresh.filter(({ id }) => before.includes(id));
    if (settled !== undefined) return settled;
    before = fresh.map(({ id }) => id);
    await (fresh.length > 0 ? context.sleep(SETTLES_IN_MILLISECONDS) : untilSign(host, lookEveryMilliseconds));
  }
}

/** Ends soon after udev wrote something down, and after that long in any case: not every host has a udev, and records may be missed. */
async function untilSign({ udevData }: DiskHost, milliseconds: number): Promise<void> {
  const context = Context.current();
  const { promise: sign, resolve: wake } = Promise.withResolvers<void>();
  const watcher = watchIn(udevData, wake);
  try {
    const isSigned = await Promise.race([sign.then(() => true), context.sleep(milliseconds).then(() => false)]);
    if (isSigned) await context.sleep(GATHER_SIGNS_MILLISECONDS);
  } finally {
    watcher?.close();
  }
}

function watchIn(directory: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(directory, { persistent: false }, changed);
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined;
  }
}

async function readNames(host: DiskHost): Promise<NewDisk[]> {
  const devices = await listBlockDevices(host);
  const named = await Promise.all(
    devices.map(async (device) => ({ path: device.path, id: await readIdentity(host, device) })),
  );
  return named.flatMap(({ id, path }) => (id === null ? [] : [{ id, path }]));
}
