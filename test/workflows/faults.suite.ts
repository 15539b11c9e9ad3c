import { expect, it } from 'vitest';
import { failure } from '../../src/errors.ts';
import { Operation, type Rig } from './rig.ts';
import type { Activities, World } from './world.ts';

const BEFORE_CHANGES = ['installAgents', 'untilAgentsAnswer', 'observeHost', 'planBootstrap', 'takeOperation'] as const;
const WHILE_CHANGING = [
  'makeIdentity',
  'makeMonStore',
  'untilQuorum',
  'startOsds',
  'applySettings',
  'verifyCluster',
] as const;

export function aboutFaults(rig: () => Rig): void {
  const stoppedInside = async (name: keyof Activities, stop: (operation: Operation) => Promise<unknown>) => {
    const cluster = `in-${name.toLowerCase()}-${stop.name.toLowerCase()}`;
    const world = await rig().world(cluster);
    const held = world.holding(name);
    const operation = new Operation(
      await rig().start('bootstrap', { cluster, approval: 'auto' }, `bootstrap:${cluster}`),
    );
    await held.entered;
    await stop(operation);
    held.release();
    const ended = await operation.failure();
    return { world, operation, ended };
  };
  const cancel = (operation: Operation) => operation.handle.cancel();
  const abort = (operation: Operation) => operation.send('abort', { by: 'ada', reason: 'enough seen' });
  const startedAfter = (world: World, name: string) =>
    world.calls.slice(world.calls.findIndex((call) => call.split('@')[0] === name) + 1);

  it('reaches the same end when every activity lost its first answer', { timeout: 90_000 }, async () => {
    const world = await rig().world('lost-answers');
    world.losingEveryFirstAnswer();
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster, approval: 'auto' }, 'bootstrap:lost-answers'),
    );
    const { outcome, steps } = await operation.result();
    expect(outcome).toBe('done');
    expect(steps.filter(({ attempt }) => attempt > 2).map(({ id }) => id)).toEqual([]);
    expect(world.count('createOsd')).toBe(2);
    expect(world.holder).toBeUndefined();
  });

  it.each(BEFORE_CHANGES)('cancelled inside %s: nothing is held, and the agents are gone again', async (name) => {
    const { world, operation } = await stoppedInside(name, cancel);
    expect((await operation.handle.describe()).status.name).toBe('CANCELLED');
    expect(world.agents).toBe('absent');
    expect(world.holder).toBeUndefined();
    expect(world.count('makeIdentity')).toBe(0);
  });

  it.each(WHILE_CHANGING)(
    'cancelled inside %s: it starts nothing more, keeps the agents and releases the cluster',
    async (name) => {
      const { world, operation } = await stoppedInside(name, cancel);
      expect((await operation.handle.describe()).status.name).toBe('CANCELLED');
      expect(world.agents).toBe('added');
      expect(world.holder).toBeUndefined();
      expect(startedAfter(world, name)).not.toContain('writeStatus');
    },
  );

  it('cancelled inside its very last write it is done, as the document says', async () => {
    const world = await rig().world('in-last-write');
    const held = world.holding('writeStatus');
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster, approval: 'auto' }, 'bootstrap:in-last-write'),
    );
    await held.entered;
    await cancel(operation);
    held.release();
    expect((await operation.result()).outcome).toBe('done');
    expect(world.calls.slice(-2)).toEqual(['writeStatus', 'releaseOperation']);
  });

  it(
    'parks after five failures of a step itself, by a count that its attempts hand on',
    { timeout: 90_000 },
    async () => {
      const world = await rig().world('five-failures');
      world.failing('registerMgrs', 5, () => failure('COMMAND_FAILED', 'ceph auth failed'));
      const operation = new Operation(
        await rig().start('bootstrap', { cluster: world.cluster, approval: 'auto' }, 'bootstrap:five-failures'),
      );
      const parked = await operation.until(({ awaiting }) => awaiting === 'operator', 60_000);
      expect(parked.awaitingBecause).toContain('start-mgrs: ceph auth failed');
      expect(world.count('registerMgrs')).toBe(5);
      await operation.send('retry', { step: 'start-mgrs', attempt: 1, by: 'ada' });
      expect((await operation.result()).outcome).toBe('done');
    },
  );

  it('does not count an outage against a step', { timeout: 90_000 }, async () => {
    const world = await rig().world('outage');
    let call = 0;
    world.on('registerMgrs', () => {
      call += 1;
      // Six attempts are lost to the API server; then one fails by itself, and one more before it goes well.
      if (call <= 6) throw failure('KUBERNETES_UNREACHABLE', 'the API server does not answer');
      if (call <= 8) throw failure('COMMAND_FAILED', 'no quorum at this moment');
      return { already: false };
    });
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster, approval: 'auto' }, 'bootstrap:outage'),
    );
    const { outcome, steps } = await operation.result();
    expect(outcome).toBe('done');
    expect(steps.find(({ id }) => id === 'start-mgrs')).toMatchObject({ attempt: 1 });
  });

  it('looks again when an outage is over that took both tries of a short look', { timeout: 90_000 }, async () => {
    const world = await rig().world('outage-while-looking');
    world.failing('readClusterState', 6, () => failure('KUBERNETES_UNREACHABLE', 'the API server does not answer'));
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster, approval: 'auto' }, 'bootstrap:outage-while-looking'),
    );
    const { outcome, steps } = await operation.result();
    expect(outcome).toBe('done');
    expect(steps.map(({ status }) => status).filter((status) => status !== 'done')).toEqual([]);
    expect(world.count('readClusterState')).toBeGreaterThan(6);
  });

  it.each(['planBootstrap', 'takeOperation', 'createOsd'] as const)(
    'aborted inside %s: says so and releases the cluster',
    async (name) => {
      const { world, ended } = await stoppedInside(name, abort);
      expect(ended.type).toBe('ABORTED');
      expect(world.holder).toBeUndefined();
      expect(startedAfter(world, name)).not.toContain('startOsds');
    },
  );
}
