import { expect, it } from 'vitest';
import type { AddDiskResult } from '../../src/contract/add-disk.ts';
import { failure } from '../../src/errors.ts';
import { Operation, type Rig } from './rig.ts';

export function aboutAddDisk(rig: () => Rig): void {
  const start = async (cluster: string, input: object = {}) => {
    const world = await rig().world(cluster, ['n1', 'n2']);
    const id = `add-disk:${cluster}:n1`;
    return { world, operation: new Operation(await rig().start('addDisk', { cluster, node: 'n1', ...input }, id)) };
  };

  it('remembers the host before the first byte is written, and ends when Ceph shows the OSD in its place', async () => {
    const { world, operation } = await start('disk-happy');
    await operation.approve();
    const result = await operation.result<AddDiskResult>();
    expect(result).toMatchObject({ outcome: 'done', osds: [{ id: 3, disk: 'serial:n1' }] });
    const order = world.order('rememberCluster', 'createOsd', 'startOsds', 'untilOsdsIn', 'writeStatus');
    expect(order).toEqual(['rememberCluster', 'createOsd@n1', 'startOsds', 'untilOsdsIn', 'writeStatus']);
    expect(world.count('untilSettled')).toBe(0);
    expect(world.calls.at(-1)).toBe('releaseOperation');
  });

  it('waits until data has moved where that is asked', async () => {
    const { world, operation } = await start('disk-clean', { wait: 'clean' });
    await operation.approve();
    await operation.result();
    expect(world.order('untilOsdsIn', 'untilSettled')).toEqual(['untilOsdsIn', 'untilSettled']);
  });

  it('changes nothing before the approval, and nothing when it is rejected', async () => {
    const { world, operation } = await start('disk-rejected');
    const { plan } = await operation.untilAwaiting('approval');
    expect(plan?.steps.map(({ risk }) => risk)).toContain('destroys-data');
    await operation.send('reject', { by: 'ada', reason: 'wrong disk' });
    expect(await operation.result()).toMatchObject({ outcome: 'rejected' });
    expect(world.order('rememberCluster', 'createOsd', 'takeOperation')).toEqual([]);
    expect(world.agents).toBe('absent');
  });

  it('parks where an OSD does not come into its place, and goes on by retry', async () => {
    const { world, operation } = await start('disk-parked');
    world.failing('untilOsdsIn', 1, () => failure('OSD_NOT_UP', 'osd.3 is out'));
    await operation.approve();
    await operation.untilAwaiting('operator');
    await operation.send('retry', { step: 'verify', attempt: 1, by: 'ada' });
    expect(await operation.result()).toMatchObject({ outcome: 'done' });
    expect(world.count('createOsd')).toBe(1);
  });

  it('does nothing where there is nothing to add', async () => {
    const world = await rig().world('disk-nothing', ['n1']);
    world.addDiskPlan = { ...world.addDiskPlan, steps: [], osds: [] };
    const operation = new Operation(
      await rig().start('addDisk', { cluster: 'disk-nothing', node: 'n1' }, 'add-disk:disk-nothing:n1'),
    );
    expect(await operation.result()).toMatchObject({ outcome: 'nothing-to-do' });
    expect(world.count('takeOperation')).toBe(0);
  });
}
