import { expect, it } from 'vitest';
import { Operation, type Rig } from './rig.ts';
import { finding } from './plans.ts';

const refusedField = {
  code: 'FIELD_REFUSED',
  severity: 'blocking' as const,
  because: 'external asks for something that is not built yet.',
  remedy: 'Take external out of the document.',
};
const unsupported = { code: 'UNSUPPORTED_VERSION', severity: 'blocking' as const, because: 'Ceph 15.2.17 is too old.' };

export function aboutApproval(rig: () => Rig): void {
  const bootstrap = async (cluster: string, more: Record<string, unknown> = {}) => {
    const world = await rig().world(cluster);
    const handle = await rig().start('bootstrap', { cluster, ...more }, `bootstrap:${cluster}`);
    return { world, operation: new Operation(handle) };
  };

  it('lists every problem of an input at once, with an example to copy', async () => {
    const wrong = { dryrun: true, approval: 'maybe', waive: 'all' };
    const operation = new Operation(await rig().start('bootstrap', wrong, 'bootstrap:wrong-input'));
    const ended = await operation.failure();
    expect(ended.type).toBe('INVALID_INPUT');
    for (const part of ['"cluster"', '"dryrun" is not a field', 'did you mean "dryRun"', '"approval"', '"waive"'])
      expect(ended.message).toContain(part);
    expect(ended.message).toContain('{"cluster":"rook-ceph"');
  });

  it('answers a missing input with an example', async () => {
    const operation = new Operation(await rig().start('bootstrap', undefined, 'bootstrap:no-input'));
    expect((await operation.failure()).message).toContain('for example, {"cluster":"rook-ceph"');
  });

  it('ends a dry run with the plan, and takes away the agents it added', async () => {
    const { world, operation } = await bootstrap('dry', { dryRun: true });
    const result = await operation.result();
    expect(result).toMatchObject({ outcome: 'planned', plan: { hash: world.bootstrapPlan.hash } });
    expect(result.plan?.steps).toHaveLength(world.bootstrapPlan.steps.length);
    expect(world.order('takeOperation', 'makeIdentity', 'createOsd')).toEqual([]);
    expect(world.agents).toBe('absent');
  });

  it('ends a dry run of a plan that may not be carried out with that plan and its findings', async () => {
    const world = await rig().world('dry-blocked');
    world.bootstrapPlan = finding(world.bootstrapPlan, refusedField);
    const dry = new Operation(
      await rig().start('bootstrap', { cluster: 'dry-blocked', dryRun: true }, 'bootstrap:dry-blocked'),
    );
    await dry.until(({ phase, awaiting }) => phase === 'ended' || awaiting !== 'none');
    expect((await dry.state()).outcome).toBe('planned');
    expect((await dry.result()).findings).toEqual([refusedField]);
  });

  it('refuses an approval of another plan, or in another phase, and goes on waiting', async () => {
    const world = await rig().world('wrong-hash');
    const observing = world.holding('planBootstrap');
    const operation = new Operation(await rig().start('bootstrap', { cluster: 'wrong-hash' }, 'bootstrap:wrong-hash'));
    await observing.entered;
    const early = { plan: world.bootstrapPlan.hash, by: 'ada' };
    expect(await operation.refusalOf('approve', early)).toContain('no plan waits for approval');
    observing.release();
    await operation.untilAwaiting('approval');
    expect(await operation.refusalOf('approve', { plan: 'f'.repeat(64), by: 'ada' })).toContain(
      'not the one asked now',
    );
    expect(await operation.refusalOf('approve', { plan: world.bootstrapPlan.hash.slice(0, 7), by: 'ada' })).toContain(
      'was not understood',
    );
    expect(world.count('takeOperation')).toBe(0);
    await operation.send('approve', { plan: world.bootstrapPlan.hash.slice(0, 8), by: 'ada' });
    expect(await operation.result()).toMatchObject({ outcome: 'done' });
  });

  it('shows a signal that it could not honour, with the reason', async () => {
    const { operation } = await bootstrap('wrong-signal');
    await operation.untilAwaiting('approval');
    await operation.handle.signal('approve', { plan: '0123456789', by: 'ada' });
    await operation.handle.signal('retry', { step: 'plan', attempt: 1, by: 'ada' });
    const { refusedMessages, awaiting } = await operation.until((state) => state.refusedMessages.length === 2);
    expect(refusedMessages[0]).toContain('0123456789 is not the one asked now');
    expect(refusedMessages[1]).toContain('step plan is not parked');
    expect(awaiting).toBe('approval');
    await operation.handle.signal('reject', { by: 'ada', reason: 'enough seen' });
    await operation.result();
  });

  it('goes on by a signal as by an update', async () => {
    const { world, operation } = await bootstrap('by-signal');
    await operation.untilAwaiting('approval');
    await operation.handle.signal('approve', { plan: world.bootstrapPlan.hash, by: 'ada' });
    expect(await operation.result()).toMatchObject({ outcome: 'done' });
    expect((await operation.state()).approvedBy).toBe('ada');
  });

  it('ends without a change when rejected, and takes away the agents it added', async () => {
    const { world, operation } = await bootstrap('rejected');
    await operation.untilAwaiting('approval');
    await operation.send('reject', { by: 'ada', reason: 'wrong disks' });
    const result = await operation.result();
    expect(result.outcome).toBe('rejected');
    expect(result.summary).toContain('ada: wrong disks');
    expect(world.order('takeOperation', 'makeIdentity')).toEqual([]);
    expect(world.agents).toBe('absent');
  });

  it('parks on a finding that forbids it, and looks again on retry', async () => {
    const world = await rig().world('forbidden');
    const good = world.bootstrapPlan;
    world.bootstrapPlan = finding(good, refusedField);
    const second = new Operation(await rig().start('bootstrap', { cluster: 'forbidden' }, 'bootstrap:forbidden'));
    const { awaitingBecause, steps } = await second.untilAwaiting('operator');
    expect(awaitingBecause).toContain('FIELD_REFUSED: external asks for something');
    expect(awaitingBecause).toContain('Take external out');
    world.bootstrapPlan = good;
    await second.send('retry', { step: 'plan', attempt: steps[0]?.attempt, by: 'ada' });
    await second.untilAwaiting('approval');
    await second.send('reject', { by: 'ada', reason: 'enough seen' });
    await second.result();
    expect(world.agents).toBe('absent');
  });

  it('passes a finding that the input waives, but never one that cannot be waived', async () => {
    const world = await rig().world('waived-setup');
    world.bootstrapPlan = finding(world.bootstrapPlan, unsupported);
    const waive = ['UNSUPPORTED_VERSION', 'FIELD_REFUSED'];
    const first = new Operation(
      await rig().start('bootstrap', { cluster: 'waived-setup', waive, dryRun: true }, 'bootstrap:waived-1'),
    );
    expect(await first.result()).toMatchObject({ outcome: 'planned', waived: waive });
    world.bootstrapPlan = finding(world.bootstrapPlan, unsupported, refusedField);
    const second = new Operation(
      await rig().start('bootstrap', { cluster: 'waived-setup', waive }, 'bootstrap:waived-2'),
    );
    const { awaitingBecause } = await second.untilAwaiting('operator');
    expect(awaitingBecause).toContain('FIELD_REFUSED');
    expect(awaitingBecause).not.toContain('UNSUPPORTED_VERSION');
    await second.send('abort', { by: 'ada', reason: 'enough seen' });
    expect((await second.failure()).type).toBe('ABORTED');
  });

  it('ends when it is rejected while a finding parks it', async () => {
    const world = await rig().world('reject-parked');
    world.bootstrapPlan = finding(world.bootstrapPlan, refusedField);
    const parked = new Operation(await rig().start('bootstrap', { cluster: 'reject-parked' }, 'bootstrap:parked'));
    await parked.untilAwaiting('operator');
    await parked.send('reject', { by: 'ada', reason: 'not this way' });
    await parked.until(({ phase }) => phase === 'ended');
    expect((await parked.result()).outcome).toBe('rejected');
  });
}
