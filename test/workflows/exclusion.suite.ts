import { expect, it } from 'vitest';
import { finding } from './plans.ts';
import { Operation, type Rig } from './rig.ts';

export function aboutExclusion(rig: () => Rig): void {
  const bootstrap = async (cluster: string) =>
    new Operation(await rig().start('bootstrap', { cluster }, `bootstrap:${cluster}`));

  it('waits visibly for the operation that holds the cluster, by name, and goes on when that has ended', async () => {
    const world = await rig().world('held');
    world.holder = { workflowId: 'teardown:held' };
    const operation = await bootstrap('held');
    await operation.approve();
    const { awaitingBecause, phase } = await operation.untilAwaiting('operation');
    expect(phase).toBe('lock');
    expect(awaitingBecause).toContain('teardown:held');
    expect(world.count('makeIdentity')).toBe(0);
    world.holder = undefined;
    expect(await operation.result()).toMatchObject({ outcome: 'done' });
    expect(world.holder).toBeUndefined();
  });

  it('ends at once when it is cancelled while it waits for another operation', async () => {
    const world = await rig().world('held-cancel');
    world.holder = { workflowId: 'teardown:held-cancel' };
    const operation = await bootstrap('held-cancel');
    await operation.approve();
    await operation.untilAwaiting('operation');
    await operation.handle.cancel();
    await operation.failure();
    expect((await operation.handle.describe()).status.name).toBe('CANCELLED');
    expect(world.holder).toEqual({ workflowId: 'teardown:held-cancel' });
    expect(world.agents).toBe('absent');
  });

  it('holds the cluster only after approval', async () => {
    const world = await rig().world('unheld');
    const operation = await bootstrap('unheld');
    await operation.untilAwaiting('approval');
    expect(world.holder).toBeUndefined();
    await operation.send('abort', { by: 'ada', reason: 'enough seen' });
    await operation.failure();
  });

  it('asks again, with the reason, where reality changed between approval and lock', async () => {
    const world = await rig().world('moved', ['n1', 'n2']);
    const operation = await bootstrap('moved');
    const { plan: before } = await operation.untilAwaiting('approval');
    const first = world.bootstrapPlan;
    world.bootstrapPlan = finding(
      { ...first, steps: first.steps.filter(({ id }) => id !== 'create-osds/n2') },
      { code: 'NODE_LEFT_OUT', severity: 'warning', because: 'n2 is gone, so nothing is done there.', target: 'n2' },
    );
    await operation.send('approve', { plan: before?.hash, by: 'ada' });
    const { plan, findings, approvedBy } = await operation.until(
      (state) => state.awaiting === 'approval' && state.plan?.hash === world.bootstrapPlan.hash,
    );
    expect(world.holder).toBeUndefined();
    expect(world.count('makeIdentity')).toBe(0);
    expect(await operation.refusalOf('approve', { plan: before?.hash, by: 'ada' })).toContain('not the one asked now');
    expect(findings.map(({ code }) => code)).toContain('PLAN_STALE');
    expect(approvedBy).toBeUndefined();
    await operation.send('approve', { plan: plan?.hash, by: 'ada' });
    expect(await operation.result()).toMatchObject({ outcome: 'done' });
    expect(world.order('createOsd')).toEqual(['createOsd@n1']);
  });

  it('changes nothing when it is rejected after the approval, while it waits for another operation', async () => {
    const world = await rig().world('reject-late');
    world.holder = { workflowId: 'teardown:reject-late' };
    const operation = await bootstrap('reject-late');
    await operation.approve();
    await operation.untilAwaiting('operation');
    const answer = await operation.refusalOf('reject', { by: 'ada', reason: 'changed my mind' });
    world.holder = undefined;
    if (answer.startsWith('was obeyed')) expect((await operation.result()).outcome).toBe('rejected');
    else expect(answer).toContain('abort');
  });
}
