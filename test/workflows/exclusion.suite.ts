import { ApplicationFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { failure } from '../../src/errors.ts';
import { finding } from './plans.ts';
import { Operation, type Rig } from './rig.ts';

const forbidden = { class: 'InvalidRequest', findings: [] };

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

  it.each(['takeOperation', 'untilOperationTaken'] as const)(
    'parks where %s fails for good, and an approval is not lost',
    async (name) => {
      const cluster = `no-lock-${name.toLowerCase()}`;
      const world = await rig().world(cluster);
      if (name === 'untilOperationTaken') world.holder = { workflowId: 'teardown:other' };
      world.failing(name, 1, () => ApplicationFailure.nonRetryable('may not write ConfigMaps', 'FORBIDDEN', forbidden));
      const operation = await bootstrap(cluster);
      await operation.approve();
      const { awaitingBecause } = await operation.untilAwaiting('operator');
      expect(awaitingBecause).toContain('lock: may not write ConfigMaps');
      world.holder = undefined;
      await operation.send('retry', { step: 'lock', attempt: 1, by: 'ada' });
      expect(await operation.result()).toMatchObject({ outcome: 'done' });
      expect(world.holder).toBeUndefined();
    },
  );

  it('parks where it cannot give the cluster back for a new approval', async () => {
    const world = await rig().world('no-release', ['n1', 'n2']);
    const operation = await bootstrap('no-release');
    const { plan } = await operation.untilAwaiting('approval');
    world.failing('releaseOperation', 1, () => ApplicationFailure.nonRetryable('no rights', 'FORBIDDEN', forbidden));
    const first = world.bootstrapPlan;
    world.bootstrapPlan = finding(first, { code: 'NODE_LEFT_OUT', severity: 'warning', because: 'n2 is gone' });
    await operation.send('approve', { plan: plan?.hash, by: 'ada' });
    const { steps } = await operation.untilAwaiting('operator');
    const { attempt } = steps.find(({ id }) => id === 'lock') ?? {};
    await operation.send('retry', { step: 'lock', attempt, by: 'ada' });
    await operation.untilAwaiting('approval');
    expect(world.holder).toBeUndefined();
    await operation.send('reject', { by: 'ada', reason: 'enough seen' });
    expect((await operation.result()).outcome).toBe('rejected');
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

  it('says that its agents stay because another operation works with them', async () => {
    const world = await rig().world('kept-agents');
    world.on('removeAddedAgents', () => ({ already: true, keptFor: 'workflow teardown:x works with them' }));
    const operation = await bootstrap('kept-agents');
    await operation.untilAwaiting('approval');
    await operation.send('reject', { by: 'ada', reason: 'not now' });
    const { findings } = await operation.result();
    expect(findings).toMatchObject([
      { code: 'AGENTS_KEPT', because: expect.stringContaining('workflow teardown:x works with them') },
    ]);
  });

  it.each(['bootstrap', 'teardown'] as const)(
    '%s looks again where another look was written over its own, under a new token, and not for ever',
    async (operationName) => {
      const cluster = `two-looks-${operationName}`;
      const world = await rig().world(cluster);
      const tokens: string[] = [];
      const name = operationName === 'bootstrap' ? 'planBootstrap' : 'planTeardown';
      const plan = operationName === 'bootstrap' ? world.bootstrapPlan : world.teardownPlan;
      let missed = 2;
      world.on(name, ({ observation }: { observation: string }) => {
        tokens.push(observation);
        if (missed-- > 0) throw failure('HOST_SILENT', 'No fresh look at n1 was written');
        return plan;
      });
      const input = { cluster, ...(operationName === 'teardown' ? { data: 'destroy' } : {}) };
      const operation = new Operation(await rig().start(operationName, input, `${operationName}:${cluster}`));
      await operation.untilAwaiting('approval');
      expect(new Set(tokens).size).toBe(3);
      expect(world.count('observeHost')).toBe(3);
      await operation.send('reject', { by: 'ada', reason: 'enough seen' });
      await operation.result();
      missed = Infinity;
      tokens.length = 0;
      const silent = new Operation(await rig().start(operationName, input, `${operationName}:${cluster}`));
      await silent.untilAwaiting('operator');
      expect(tokens).toHaveLength(4);
      await silent.send('abort', { by: 'ada', reason: 'enough seen' });
      await silent.failure();
    },
  );

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
