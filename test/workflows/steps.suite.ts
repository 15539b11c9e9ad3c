import { expect, it } from 'vitest';
import { failure } from '../../src/errors.ts';
import { Operation, type Rig } from './rig.ts';

const notUp = () => failure('OSD_NOT_UP', 'osd.0 of n1 did not come up within 120 s');

export function aboutSteps(rig: () => Rig): void {
  const approved = async (cluster: string, prepare: (world: Awaited<ReturnType<Rig['world']>>) => void) => {
    const world = await rig().world(cluster);
    prepare(world);
    const operation = new Operation(await rig().start('bootstrap', { cluster }, `bootstrap:${cluster}`));
    await operation.approve();
    return { world, operation };
  };

  it('parks a step that fails, naming step, attempt and what to do, and goes on after retry', async () => {
    const { world, operation } = await approved('park', (one) => one.failing('untilOsdsUp', 1, notUp));
    const { awaitingBecause, steps } = await operation.untilAwaiting('operator');
    expect(awaitingBecause).toContain('create-osds/n1: osd.0 of n1 did not come up');
    expect(awaitingBecause).toContain('then send retry');
    expect(steps.find(({ id }) => id === 'create-osds/n1')).toMatchObject({ status: 'parked', attempt: 1 });
    const retry = { step: 'create-osds/n1', attempt: 1, by: 'ada' };
    expect(await operation.refusalOf('retry', { ...retry, attempt: 2 })).toContain('at attempt 1, not 2');
    expect(await operation.refusalOf('retry', { ...retry, step: 'verify' })).toContain('verify is not parked');
    await operation.send('retry', retry);
    expect(await operation.result()).toMatchObject({ outcome: 'done' });
    expect(world.count('createOsd')).toBe(2);
  });

  it('shows in the document that it is under way, parked, and how it ended', async () => {
    const notes: unknown[] = [];
    const { world, operation } = await approved('status', (one) => {
      one.failing('untilOsdsUp', 2, notUp);
      one.on('noteAwaiting', ({ awaiting, status }) => {
        notes.push([awaiting, status.phase, status.message]);
        return { already: false };
      });
    });
    await operation.untilAwaiting('operator');
    await operation.send('retry', { step: 'create-osds/n1', attempt: 1, by: 'ada' });
    await operation.until(
      ({ awaiting, steps }) => awaiting === 'operator' && steps.some(({ attempt }) => attempt === 2),
    );
    await operation.send('abort', { by: 'ada', reason: 'disk is broken' });
    await operation.failure();
    const underWay = ['none', 'Progressing', 'bootstrap (bootstrap:status) is under way'];
    const parked = ['operator', 'Failure', expect.stringContaining('create-osds/n1: osd.0 of n1 did not come up')];
    expect(notes[0]).toEqual(underWay);
    expect(notes[1]).toEqual(parked);
    expect(notes.at(-1)).toEqual(['none', 'Failure', expect.stringContaining('aborted by ada: disk is broken')]);
    expect(world.order('noteAwaiting', 'releaseOperation').at(-1)).toBe('releaseOperation');
  });

  it('waits for nobody any more once it has ended', async () => {
    const { operation } = await approved('closed', (one) => one.failing('untilOsdsUp', 1, notUp));
    await operation.untilAwaiting('operator');
    await operation.send('abort', { by: 'ada', reason: 'disk is broken' });
    await operation.failure();
    expect(await operation.state()).toMatchObject({ phase: 'ended', awaiting: 'none', awaitingBecause: '' });
    const { searchAttributes } = await operation.handle.describe();
    expect(searchAttributes?.['CephAwaiting']).toEqual(['none']);
  });

  it('lets no doubled retry hit the next attempt', async () => {
    const { world, operation } = await approved('late-retry', (one) => one.failing('untilOsdsUp', 2, notUp));
    await operation.untilAwaiting('operator');
    const first = { step: 'create-osds/n1', attempt: 1, by: 'ada' };
    await operation.send('retry', first);
    await operation.until(
      ({ awaiting, steps }) => awaiting === 'operator' && steps.some(({ attempt }) => attempt === 2),
    );
    expect(await operation.refusalOf('retry', first)).toContain('at attempt 2, not 1');
    await operation.send('retry', { ...first, attempt: 2 });
    await operation.result();
    expect(world.count('untilOsdsUp')).toBe(3);
  });

  it('skips only a step without which the cluster serves', async () => {
    const { operation } = await approved('skip', (one) => {
      one.failing('untilOsdsUp', 1, notUp);
      one.failing('startToolbox', 1, () => failure('POD_NOT_READY', 'pod rook-ceph-tools-0 is not ready'));
    });
    const bothParked = (ids: string[]) => ids.includes('create-osds/n1') && ids.includes('start-toolbox');
    await operation.until(({ steps }) =>
      bothParked(steps.filter(({ status }) => status === 'parked').map(({ id }) => id)),
    );
    const skip = { attempt: 1, by: 'ada', reason: 'not needed' };
    expect(await operation.refusalOf('skip', { step: 'create-osds/n1', ...skip })).toContain('cannot be skipped');
    await operation.send('skip', { step: 'start-toolbox', ...skip });
    await operation.send('retry', { step: 'create-osds/n1', attempt: 1, by: 'ada' });
    const { steps, outcome } = await operation.result();
    expect(outcome).toBe('done');
    expect(steps.find(({ id }) => id === 'start-toolbox')).toMatchObject({ status: 'skipped', skippable: true });
  });

  it('aborts a parked operation, says what stays, keeps the agents and releases the cluster', async () => {
    const { world, operation } = await approved('abort', (one) => one.failing('untilOsdsUp', 1, notUp));
    await operation.untilAwaiting('operator');
    await operation.send('abort', { by: 'ada', reason: 'disk is broken' });
    const ended = await operation.failure();
    expect(ended.type).toBe('ABORTED');
    expect(ended.message).toContain('ada: disk is broken');
    expect(ended.message).toContain('What was made so far stays');
    expect(world.agents).toBe('added');
    expect(world.holder).toBeUndefined();
    expect(world.count('verifyCluster')).toBe(0);
  });

  it('takes everything back when it is cancelled while it waits for approval', async () => {
    const world = await rig().world('cancel-approval');
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:cancel-approval'),
    );
    await operation.untilAwaiting('approval');
    await operation.handle.cancel();
    await operation.failure();
    expect((await operation.handle.describe()).status.name).toBe('CANCELLED');
    expect(world.agents).toBe('absent');
    expect(world.order('takeOperation', 'makeIdentity')).toEqual([]);
  });

  it('lets a running write finish when it is cancelled, starts no other, and releases the cluster', async () => {
    const world = await rig().world('cancel-apply');
    const write = world.holding('createOsd');
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:cancel-apply'),
    );
    await operation.approve();
    await write.entered;
    await operation.handle.cancel();
    write.release();
    await operation.failure();
    expect((await operation.handle.describe()).status.name).toBe('CANCELLED');
    expect(world.order('startOsds', 'verifyCluster')).toEqual([]);
    expect(world.holder).toBeUndefined();
    expect(world.agents).toBe('added');
  });

  it('starts no step while it is paused', async () => {
    const world = await rig().world('paused');
    const identity = world.holding('makeIdentity');
    const operation = new Operation(await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:paused'));
    await operation.approve();
    await identity.entered;
    await operation.send('pause', { by: 'ada' });
    identity.release();
    await operation.until(({ steps }) => steps.some(({ id, status }) => id === 'make-identity' && status === 'done'));
    expect((await operation.state()).paused).toBe(true);
    expect(world.count('placeMons')).toBe(0);
    await operation.send('resume', { by: 'ada' });
    expect(await operation.result()).toMatchObject({ outcome: 'done' });
  });

  it('fails at once on a document that a person has to correct, before anything was changed', async () => {
    const world = await rig().world('bad-document');
    world.failing('installAgents', 1, () =>
      failure('DOCUMENT_MISSING', 'Namespace bad-document has no CephCluster document'),
    );
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:bad-document'),
    );
    const ended = await operation.failure();
    expect(ended.type).toBe('DOCUMENT_MISSING');
    expect(ended.message).toContain('Apply a CephCluster document');
  });
}
