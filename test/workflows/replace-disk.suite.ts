import { Context } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { ReplaceDiskResult } from '../../src/contract/replace-disk.ts';
import { failure } from '../../src/errors.ts';
import { nameOf, REPLACE_DISK_ORDER } from './orders.ts';
import { aForcedPart, aForcedPlan } from './osd-plans.ts';
import { Operation, type Rig } from './rig.ts';

export function aboutReplaceDisk(rig: () => Rig): void {
  const start = async (cluster: string, input: object = {}) => {
    const world = await rig().world(cluster, ['n1', 'n2']);
    const id = `replace-disk:${cluster}:osd.5`;
    const operation = new Operation(await rig().start('replaceDisk', { cluster, osd: 5, ...input }, id));
    return { world, operation };
  };
  const approveNext = async (operation: Operation, before: string): Promise<string> => {
    const state = await operation.until(({ awaiting, plan }) => awaiting === 'approval' && plan?.hash !== before);
    await operation.send('approve', { plan: state.plan?.hash, by: 'ada' });
    return state.plan?.hash ?? '';
  };

  it('empties the OSD while it serves, keeps its id, and asks for the new disk by a plan of its own', async () => {
    const { world, operation } = await start('swap-happy');
    let keptId: number | undefined;
    world.on('createOsd', ({ osdUuid, osdId }) => {
      keptId = osdId;
      return { osdId, osdUuid, already: false };
    });
    const first = await approveNext(operation, '');
    await approveNext(operation, first);
    const result = await operation.result<ReplaceDiskResult>();
    expect(result).toMatchObject({ outcome: 'done', osd: 5, newDisk: 'serial:n1' });
    expect(keptId).toBe(5);
    // It is also asked whether another disk is put in instead of being approved.
    const order = new Set(world.order(...REPLACE_DISK_ORDER, 'inOsd').map(nameOf));
    expect([...order]).toEqual(REPLACE_DISK_ORDER);
    expect(world.calls).toEqual(expect.arrayContaining(['removeOsdDirectory@n1', 'createOsd@n1']));
  });

  it('says "swap now" with host and disk while it waits for hands', async () => {
    const { world, operation } = await start('swap-hands');
    const waiting = world.holding('untilNewDisk');
    await operation.approve();
    const state = await operation.untilAwaiting('operator');
    expect(state.awaitingBecause).toContain('swap now: take serial:n1 (/dev/sdb when it was planned) out of n1');
    waiting.release();
    await operation.untilAwaiting('approval');
    await operation.send('abort', { by: 'ada', reason: 'enough seen' });
    await operation.failure();
  });

  it('lets others in until the approved disk is taken, and takes the cluster again before it writes', async () => {
    const { world, operation } = await start('swap-yields');
    const hands = world.holding('untilNewDisk');
    const first = await approveNext(operation, '');
    await operation.untilAwaiting('operator');
    expect(world.holder).toBeUndefined();
    world.holder = { workflowId: 'remove-disk:swap-yields:osd.1' };
    hands.release();
    await approveNext(operation, first);
    const { awaitingBecause } = await operation.untilAwaiting('operation');
    expect(awaitingBecause).toContain('remove-disk:swap-yields:osd.1');
    expect(world.count('createOsd')).toBe(0);
    let held: string | undefined;
    world.on('createOsd', ({ osdUuid, osdId }) => {
      held = world.holder?.workflowId;
      return { osdId, osdUuid, already: false };
    });
    world.holder = undefined;
    expect((await operation.result()).outcome).toBe('done');
    expect(held).toBe('replace-disk:swap-yields:osd.5');
  });

  it('asks again about the same disk where it is not as approved any more when the cluster is taken', async () => {
    const { world, operation } = await start('swap-stale');
    const good = world.swapPlan;
    let asked = 0;
    world.on('planSwap', () => {
      asked += 1;
      return asked === 2 ? { ...good, hash: 'e'.repeat(64) } : good;
    });
    let disks = 0;
    world.on('untilNewDisk', () => {
      disks += 1;
      // The second wait stands beside the question, for a disk that is put in instead.
      return disks % 2 === 0 ? Context.current().cancelled : { id: 'serial:n1', path: '/dev/sdb' };
    });
    const first = await approveNext(operation, '');
    await approveNext(operation, first);
    await operation.until(({ findings }) => findings.some(({ code }) => code === 'PLAN_STALE'));
    expect(world.count('createOsd')).toBe(0);
    await approveNext(operation, first);
    expect((await operation.result()).outcome).toBe('done');
  });

  it('tells why a disk cannot be used, and takes the next one', async () => {
    const { world, operation } = await start('swap-refused');
    const { steps: _, ...rest } = world.swapPlan;
    const because = 'The disk that was put in cannot be used: HAS_FILESYSTEM.';
    let asked = 0;
    const good = world.swapPlan;
    world.on('planSwap', () => {
      asked += 1;
      const findings = [{ code: 'NEW_DISK_REFUSED', severity: 'warning' as const, because, target: 'n1:serial:new' }];
      return asked === 1 ? { ...rest, steps: [], findings } : good;
    });
    const known: string[][] = [];
    world.on('untilNewDisk', (input) => {
      known.push(input.known);
      return known.length > 2 ? Context.current().cancelled : { id: `serial:new-${known.length}`, path: '/dev/sdx' };
    });
    const first = await approveNext(operation, '');
    await approveNext(operation, first);
    const result = await operation.result<ReplaceDiskResult>();
    expect(result.findings.map(({ code }) => code)).toContain('NEW_DISK_REFUSED');
    expect(known[1]).toContain('serial:new-1');
  });

  it('wipes a disk that is not blank by its own approval alone, of exactly what was shown', async () => {
    const { world, operation } = await start('swap-wipe');
    const { steps, ...rest } = world.swapPlan;
    const wipes = {
      disk: { node: 'n1', path: '/dev/sdx', id: 'serial:new', sizeBytes: 1 },
      content: { signatures: [{ type: 'xfs', offsetBytes: 0 }], labels: [] },
    };
    const wipe = { id: 'wipe-new-disk', targets: [], does: 'wipe', risk: 'destroys-data' as const, alwaysAsk: true };
    world.on('planSwap', () => ({ ...rest, steps: [wipe, ...steps], wipes }));
    let wiped: unknown;
    world.on('wipeNewDisk', ({ disk, content }) => {
      wiped = { disk, content };
      return { id: disk.id, already: false };
    });
    const first = await approveNext(operation, '');
    await operation.until(({ awaiting, plan }) => awaiting === 'approval' && plan?.hash !== first);
    expect(wiped).toBeUndefined();
    await approveNext(operation, first);
    await operation.result();
    expect(wiped).toEqual(wipes);
    expect(world.order('wipeNewDisk', 'createOsd')).toEqual(['wipeNewDisk@n1', 'createOsd@n1']);
  });

  it('takes the OSD in again where it is aborted before it was destroyed', async () => {
    const { world, operation } = await start('swap-abort');
    const moving = world.holding('untilSafeToDestroy');
    await operation.approve();
    await moving.entered;
    await operation.send('abort', { by: 'ada', reason: 'needed' });
    moving.release();
    await operation.failure();
    expect(world.order('inOsd', 'stopOsd', 'destroyOsd')).toEqual(['inOsd']);
  });

  it('tells where the OSD stopped while its data moved, and goes on from the right place', async () => {
    const { world, operation } = await start('swap-early');
    world.on('untilSafeToDestroy', () => ({ already: false, wentDown: true }));
    const first = await approveNext(operation, '');
    await approveNext(operation, first);
    const result = await operation.result<ReplaceDiskResult>();
    expect(result.findings.map(({ code }) => code)).toContain('SWAP_TOO_EARLY');
    expect(result).toMatchObject({ outcome: 'done', osd: 5 });
  });

  describe('of an OSD that is dead and can never become safe to destroy', () => {
    const startForced = async (cluster: string, input: object = {}) => {
      const world = await rig().world(cluster, ['n1', 'n2']);
      world.replaceDiskPlan = aForcedPlan(cluster, ['n1', 'n2']);
      const id = `replace-disk:${cluster}:osd.5`;
      const operation = new Operation(await rig().start('replaceDisk', { cluster, osd: 5, ...input }, id));
      const first = await approveNext(operation, '');
      const asked = await operation.until(({ awaiting, plan }) => awaiting === 'approval' && plan?.hash !== first);
      return { world, operation, asked };
    };

    it('asks a second time, by a plan of this step alone, and goes on as any other', async () => {
      const { world, operation, asked } = await startForced('force-happy', { approval: 'auto' });
      expect(asked.plan?.steps.map(({ id }) => id)).toEqual(['force-destroy-osd']);
      expect(asked.plan?.hash).toBe(aForcedPart('force-happy', ['n1', 'n2']).hash);
      expect(world.order('stopOsd', 'forceDestroyOsd')).toEqual([]);
      const second = await approveNext(operation, '');
      await approveNext(operation, second);
      const result = await operation.result<ReplaceDiskResult>();
      expect(result).toMatchObject({ outcome: 'done', osd: 5, newDisk: 'serial:n1' });
      const forced = ['planForcedDestroy', 'forceDestroyOsd', 'inOsd'] as const;
      const order = world.order(...REPLACE_DISK_ORDER, ...forced).filter((call) => !call.startsWith('untilNewDisk'));
      expect(order).toEqual([
        'planForcedDestroy',
        'planForcedDestroy',
        'stopOsd',
        'forceDestroyOsd',
        'removeOsdDirectory@n1',
        'createOsd@n1',
        'weighOsd',
        'startOsds',
        'untilOsdsIn',
        'untilSettled',
      ]);
    });

    it('is neither stopped nor destroyed where it is aborted instead of being approved a second time', async () => {
      const { world, operation, asked } = await startForced('force-abort');
      // The hash of the first approval is none for the second.
      const first = { plan: world.replaceDiskPlan.hash, by: 'ada' };
      expect(await operation.refusalOf('approve', first)).toContain(
        `is not the one asked now (${asked.plan?.hash.slice(0, 12)})`,
      );
      await operation.send('abort', { by: 'ada', reason: 'the cable was loose' });
      await operation.failure();
      expect(world.order('outOsd', 'stopOsd', 'destroyOsd', 'forceDestroyOsd')).toEqual([]);
    });

    it('is not stopped where it came back while a person was asked', async () => {
      const { world, operation } = await startForced('force-revived');
      world.on('planForcedDestroy', () => {
        throw failure('FORCED_DESTROY_REFUSED', 'osd.5 is not destroyed by force: osd.5 is up: it is alive');
      });
      await approveNext(operation, '');
      const parked = await operation.untilAwaiting('operator');
      expect(parked.awaitingBecause).toContain('osd.5 is up');
      await operation.send('abort', { by: 'ada', reason: 'alive' });
      await operation.failure();
      expect(world.order('stopOsd', 'forceDestroyOsd')).toEqual([]);
    });

    it('is tried again under the same approval where a fact forbade it for a while', async () => {
      const { world, operation } = await startForced('force-later');
      world.failing('forceDestroyOsd', 1, () => failure('FORCED_DESTROY_REFUSED', 'PG 1.0 is peering'));
      const second = await approveNext(operation, '');
      const { steps } = await operation.untilAwaiting('operator');
      const parked = steps.find(({ status }) => status === 'parked');
      expect(parked?.id).toBe('force-destroy-osd');
      await operation.send('retry', { step: parked?.id, attempt: parked?.attempt, by: 'ada', reason: 'peered' });
      await approveNext(operation, second);
      expect(await operation.result<ReplaceDiskResult>()).toMatchObject({ outcome: 'done', osd: 5 });
      expect(world.order('forceDestroyOsd')).toHaveLength(2);
    });

    it('is asked about once more where the facts are others after the approval', async () => {
      const { world, operation, asked } = await startForced('force-moved');
      const { steps, ...rest } = aForcedPart('force-moved', ['n1', 'n2']);
      const other = { ...rest, steps, hash: 'f'.repeat(64) };
      world.on('planForcedDestroy', () => other);
      await approveNext(operation, '');
      const again = await operation.until(({ awaiting, plan }) => awaiting === 'approval' && plan?.hash === other.hash);
      expect(again.plan?.hash).not.toBe(asked.plan?.hash);
      expect(world.order('stopOsd', 'forceDestroyOsd')).toEqual([]);
      await operation.send('abort', { by: 'ada', reason: 'enough seen' });
      await operation.failure();
    });
  });

  it('needs an OSD or a device, and not both', async () => {
    const { operation } = await start('swap-both', { device: 'serial:n1' });
    expect((await operation.failure()).message).toContain('not both');
  });
}
