import { expect, it } from 'vitest';
import type { TeardownResult } from '../../src/contract/teardown.ts';
import { failure } from '../../src/errors.ts';
import { Operation, type Rig } from './rig.ts';

const input = (cluster: string) => ({ cluster, data: 'destroy' });

export function aboutTeardown(rig: () => Rig): void {
  it('wipes no disk before every host has proven that nothing runs, and removes the agents last', async () => {
    const world = await rig().world('down-happy', ['n1', 'n2']);
    world.agents = 'there';
    const operation = new Operation(await rig().start('teardown', input(world.cluster), 'teardown:down-happy'));
    await operation.approve({ cluster: world.cluster });
    const result = await operation.result<TeardownResult>();
    expect(result.wipedDisks?.toSorted()).toEqual(['n1:serial:n1', 'n2:serial:n2']);
    const kinds = world
      .order(
        'stopDaemons',
        'requireNoDaemons',
        'wipeOwnDisk',
        'removeHostDirectories',
        'removeObjects',
        'removeAgents',
        'forgetCluster',
      )
      .map((call) => call.split('@')[0]);
    expect(kinds).toEqual([
      ...['stopDaemons', 'requireNoDaemons', 'requireNoDaemons', 'wipeOwnDisk', 'wipeOwnDisk'],
      ...['removeHostDirectories', 'removeHostDirectories', 'removeObjects', 'removeAgents'],
      'forgetCluster',
    ]);
    expect(await operation.historyLength()).toBeLessThan(250);
  });

  it('touches no disk while one host still shows a daemon', async () => {
    const world = await rig().world('down-alive', ['n1', 'n2']);
    world.failing('requireNoDaemons', 1, () => failure('STILL_RUNNING', 'osd.0 still holds /dev/sdb open on a host'));
    const operation = new Operation(await rig().start('teardown', input(world.cluster), 'teardown:down-alive'));
    await operation.approve({ cluster: world.cluster });
    const { steps, awaitingBecause } = await operation.untilAwaiting('operator');
    expect(awaitingBecause).toContain('osd.0 still holds /dev/sdb');
    expect(world.count('wipeOwnDisk')).toBe(0);
    const parked = steps.find(({ status }) => status === 'parked');
    await operation.send('retry', { step: parked?.id, attempt: parked?.attempt, by: 'ada' });
    await operation.result();
    expect(world.count('wipeOwnDisk')).toBe(2);
  });

  it('remembers a cluster of which something is owed', async () => {
    const world = await rig().world('down-owed');
    const away = { code: 'HOST_NOT_SEEN', severity: 'warning' as const, because: 'n9 has no agent now.', target: 'n9' };
    world.teardownPlan = { ...world.teardownPlan, findings: [away] };
    const operation = new Operation(await rig().start('teardown', input(world.cluster), 'teardown:down-owed'));
    await operation.approve({ cluster: world.cluster });
    const result = await operation.result<TeardownResult>();
    expect(result.owed).toEqual(['n9 has no agent now.']);
    expect(world.count('forgetCluster')).toBe(0);
  });

  it('is approved only by a message that names the cluster', async () => {
    const world = await rig().world('down-name');
    const operation = new Operation(await rig().start('teardown', input(world.cluster), 'teardown:down-name'));
    const { plan } = await operation.untilAwaiting('approval');
    const wrong = { plan: plan?.hash, by: 'ada' };
    expect(await operation.refusalOf('approve', wrong)).toContain('"cluster":"down-name"');
    expect(await operation.refusalOf('approve', { ...wrong, cluster: 'rook-ceph' })).toContain('"cluster":"down-name"');
    expect((await operation.state()).awaiting).toBe('approval');
    await operation.send('reject', { by: 'ada', reason: 'enough seen' });
    await operation.result();
    expect(world.count('stopDaemons')).toBe(0);
  });

  it('asks a person even where the input says that approval is automatic', async () => {
    const world = await rig().world('down-auto');
    const started = await rig().start('teardown', { ...input(world.cluster), approval: 'auto' }, 'teardown:down-auto');
    const operation = new Operation(started);
    await operation.untilAwaiting('approval');
    await operation.send('abort', { by: 'ada', reason: 'enough seen' });
    expect((await operation.failure()).type).toBe('ABORTED');
  });

  it('has no default for what becomes of the data', async () => {
    const operation = new Operation(await rig().start('teardown', { cluster: 'down-data' }, 'teardown:down-data'));
    const ended = await operation.failure();
    expect(ended.type).toBe('INVALID_INPUT');
    expect(ended.message).toContain('must be "destroy" or "keep"');
    expect(ended.message).toContain('"data":"destroy"');
  });

  it('only stops a cluster whose data is kept, and says what there is and what takes it up again', async () => {
    const world = await rig().world('down-keep', ['n1', 'n2']);
    world.agents = 'there';
    const keep = { cluster: world.cluster, data: 'keep', approval: 'auto' };
    const operation = new Operation(await rig().start('teardown', keep, 'teardown:down-keep'));
    const { plan } = await operation.untilAwaiting('approval');
    const unnamed = { plan: plan?.hash, by: 'ada' };
    expect(await operation.refusalOf('approve', unnamed)).toContain('"cluster":"down-keep"');
    await operation.approve({ cluster: world.cluster });
    const result = await operation.result<TeardownResult>();
    const changes = new Set(['planKeep', 'installAgents', 'untilAgentsAnswer', 'observeHost', 'readClusterState']);
    const steps = world.calls.map((call) => call.split('@')[0] ?? '').filter((call) => !changes.has(call));
    const acts = steps.filter((call) => !/Operation|noteAwaiting|removeAddedAgents/.test(call));
    expect(acts).toEqual([
      ...['unwatchHealth', 'rememberKept', 'stopDaemons', 'requireNoDaemons', 'requireNoDaemons'],
      ...['removeRemadeObjects', 'removeAgents', 'showStopped'],
    ]);
    expect(result).toMatchObject({
      outcome: 'done',
      fsid: world.keepPlan.fsid,
      kept: {
        disks: ['n1:serial:n1', 'n2:serial:n2'],
        secrets: ['rook-ceph-mon'],
        takeUpAgain: { operation: 'bootstrap', input: { cluster: 'down-keep' } },
      },
    });
    expect(result.kept).not.toHaveProperty('osds');
  });

  it('forgets nothing of a kept cluster of which nothing runs any more', async () => {
    const world = await rig().world('down-kept');
    world.keepPlan = { ...world.keepPlan, steps: [] };
    const started = await rig().start('teardown', { cluster: world.cluster, data: 'keep' }, 'teardown:down-kept');
    expect((await new Operation(started).result()).outcome).toBe('nothing-to-do');
    expect(world.count('forgetCluster')).toBe(0);
    expect(world.agents).toBe('absent');
  });
}
