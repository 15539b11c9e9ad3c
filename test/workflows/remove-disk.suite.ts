import { expect, it } from 'vitest';
import type { RemoveDiskResult } from '../../src/contract/remove-disk.ts';
import { failure } from '../../src/errors.ts';
import { nameOf, REMOVE_DISK_ORDER } from './orders.ts';
import { Operation, type Rig } from './rig.ts';

export function aboutRemoveDisk(rig: () => Rig): void {
  const start = async (cluster: string, input: object = {}) => {
    const world = await rig().world(cluster, ['n1', 'n2']);
    const id = `remove-disk:${cluster}:osd.5`;
    const operation = new Operation(await rig().start('removeDisk', { cluster, osd: 5, wipe: true, ...input }, id));
    return { world, operation };
  };

  it('moves the data before the OSD stops, writes the tombstone before the purge, and wipes last', async () => {
    const { world, operation } = await start('gone-happy');
    await operation.approve();
    expect(await operation.result<RemoveDiskResult>()).toMatchObject({ outcome: 'done', osd: 5, wiped: true });
    expect(world.order(...REMOVE_DISK_ORDER, 'undrainOsd').map(nameOf)).toEqual(REMOVE_DISK_ORDER);
    expect(world.calls).toEqual(expect.arrayContaining(['removeOsdDirectory@n1', 'wipeOwnDisk@n1']));
    // Agents look inside disks every ten minutes alone.
    expect(world.order('wipeOwnDisk', 'showDisks', 'writeStatus').map(nameOf).slice(-3)).toEqual([
      'wipeOwnDisk',
      'showDisks',
      'writeStatus',
    ]);
  });

  it('is never approved in advance', async () => {
    const { world, operation } = await start('gone-auto', { approval: 'auto' });
    await operation.untilAwaiting('approval');
    expect(world.count('drainOsd')).toBe(0);
    await operation.send('reject', { by: 'ada', reason: 'not that one' });
    expect(await operation.result()).toMatchObject({ outcome: 'rejected' });
  });

  it.each(['abort', 'cancel'] as const)('puts the weight back where %s ends it while data moves', async (how) => {
    const { world, operation } = await start(`gone-${how}`);
    const moving = world.holding('untilSafeToDestroy');
    await operation.approve();
    await moving.entered;
    if (how === 'abort') await operation.send('abort', { by: 'ada', reason: 'needed' });
    else await operation.handle.cancel();
    moving.release();
    await operation.failure();
    expect(world.order('undrainOsd', 'stopOsd', 'purgeOsd', 'releaseOperation')).toEqual([
      'undrainOsd',
      'releaseOperation',
    ]);
  });

  it('puts no weight back to an OSD that was purged', async () => {
    const { world, operation } = await start('gone-late');
    world.failing('wipeOwnDisk', 1, () => failure('DISK_CHANGED', 'another disk'));
    await operation.approve();
    await operation.untilAwaiting('operator');
    await operation.send('abort', { by: 'ada', reason: 'wiped by hand' });
    await operation.failure();
    expect(world.count('undrainOsd')).toBe(0);
  });
}
