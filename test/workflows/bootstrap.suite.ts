import { expect, it } from 'vitest';
import type { BootstrapResult } from '../../src/contract/bootstrap.ts';
import { Operation, type Rig } from './rig.ts';

export function aboutBootstrap(rig: () => Rig): void {
  it('makes mons before mgrs, settings before the first OSD starts, and ends only after Ceph was asked', async () => {
    const world = await rig().world('boot-happy', ['n1', 'n2']);
    const operation = new Operation(await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:boot-happy'));
    await operation.approve();
    const result = await operation.result<BootstrapResult>();
    expect(result).toMatchObject({ outcome: 'done', health: 'HEALTH_OK', osds: 2, version: '20.2.4' });
    const stages = world.order('makeIdentity', 'placeMons', 'makeMonStore', 'startMons');
    expect(stages).toEqual(['makeIdentity', 'placeMons', 'makeMonStore@n1', 'startMons']);
    expect(world.order('makeMonStore', 'untilQuorum', 'createOsd').indexOf('untilQuorum')).toBe(1);
    expect(world.order('applySettings', 'startOsds')[0]).toBe('applySettings');
    expect(world.order('createOsd', 'startOsds', 'untilOsdsUp', 'verifyCluster').at(-1)).toBe('verifyCluster');
    expect(world.order('createOsd').toSorted()).toEqual(['createOsd@n1', 'createOsd@n2']);
    expect(world.calls.at(-1)).toBe('releaseOperation');
    expect(world.agents).toBe('added');
  });

  it('leaves a history that grows with its steps', async () => {
    const world = await rig().world('boot-history', ['n1', 'n2']);
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:boot-history'),
    );
    await operation.approve();
    const { steps } = await operation.result();
    expect(steps.every(({ status }) => status === 'done')).toBe(true);
    expect(await operation.historyLength()).toBeLessThan(300);
  });

  it('skips what a half-made cluster has already', async () => {
    const world = await rig().world('boot-half');
    const ids = ['create-osds/n1', 'verify', 'report-status'];
    const steps = world.bootstrapPlan.steps.filter(({ id }) => ids.includes(id));
    world.bootstrapPlan = { ...world.bootstrapPlan, steps };
    const operation = new Operation(await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:boot-half'));
    await operation.approve();
    await operation.result();
    expect(world.count('createOsd')).toBe(1);
    expect(world.order('makeMonStore', 'startMons', 'startMgrs', 'applySettings', 'startToolbox')).toEqual([]);
  });

  it('ends without a change where nothing is missing, and takes away the agents it added to look', async () => {
    const world = await rig().world('boot-done');
    world.bootstrapPlan = { ...world.bootstrapPlan, steps: [], summary: 'boot-done is as the document says.' };
    const operation = new Operation(await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:boot-done'));
    expect(await operation.result()).toMatchObject({
      outcome: 'nothing-to-do',
      summary: 'boot-done is as the document says.',
    });
    expect(world.count('takeOperation')).toBe(0);
    expect(world.agents).toBe('absent');
  });

  it('formats blank disks without a person only where the input says so', async () => {
    const world = await rig().world('boot-auto');
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster, approval: 'auto' }, 'bootstrap:boot-auto'),
    );
    expect(await operation.result()).toMatchObject({ outcome: 'done' });
    expect((await operation.state()).approvedBy).toBeUndefined();
  });
}
