import { expect, it } from 'vitest';
import type { AddNodeResult } from '../../src/contract/add-node.ts';
import { ADD_NODE_ORDER, nameOf } from './orders.ts';
import { Operation, type Rig } from './rig.ts';

export function aboutAddNode(rig: () => Rig): void {
  const start = async (cluster: string) => {
    const world = await rig().world(cluster, ['n1', 'n2']);
    const id = `add-node:${cluster}:n1`;
    return { world, operation: new Operation(await rig().start('addNode', { cluster, node: 'n1', pace: 'fast' }, id)) };
  };
  it('holds data back until all OSDs serve, and puts back what it changed', async () => {
    const { world, operation } = await start('node-happy');
    await operation.approve();
    expect(await operation.result<AddNodeResult>()).toMatchObject({ outcome: 'done', osds: [3] });
    expect(world.order(...ADD_NODE_ORDER).map(nameOf)).toEqual(ADD_NODE_ORDER);
  });

  it.each(['abort', 'cancel'] as const)('puts back what it changed where %s ends it', async (how) => {
    const { world, operation } = await start(`node-${how}`);
    const moving = world.holding('untilSettled');
    await operation.approve();
    await moving.entered;
    if (how === 'abort') await operation.send('abort', { by: 'ada', reason: 'later' });
    else await operation.handle.cancel();
    moving.release();
    await operation.failure();
    expect(world.count('putBack')).toBe(1);
  });
}
