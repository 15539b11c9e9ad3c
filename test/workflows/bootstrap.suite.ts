import { expect, it, vi } from 'vitest';
import type { BootstrapResult } from '../../src/contract/bootstrap.ts';
import { failure } from '../../src/errors.ts';
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

  it('starts the crash collectors with their key while the proof runs, and makes no key where there are none', async () => {
    const world = await rig().world('boot-crash', ['n1', 'n2']);
    const operation = new Operation(await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:boot-crash'));
    await operation.approve();
    await operation.result();
    const order = world.order('createOsd', 'startOsds', 'untilOsdsUp', 'makeCrashKey', 'startCrashCollectors');
    expect(order.slice(-2)).toEqual(['makeCrashKey', 'startCrashCollectors']);
    expect(world.order('makeCrashKey', 'writeStatus').at(-1)).toBe('writeStatus');

    const without = await rig().world('boot-no-crash', ['n1']);
    without.bootstrapPlan = { ...without.bootstrapPlan, crashCollectorNodes: [] };
    const second = new Operation(
      await rig().start('bootstrap', { cluster: without.cluster }, 'bootstrap:boot-no-crash'),
    );
    await second.approve();
    await second.result();
    expect(without.order('makeCrashKey', 'startCrashCollectors')).toEqual(['startCrashCollectors']);
  });

  it('hands each host its own OSDs alone, and none to what needs none: a history must bear hundreds of hosts', async () => {
    const world = await rig().world('boot-size', ['n1', 'n2']);
    const seen: [string, string[]][] = [];
    const osdsOf = ({ facts }: { facts: { osds: { node: string }[] } }) => facts.osds.map(({ node }) => node);
    for (const name of ['startOsds', 'rememberCluster', 'startMgrs', 'startToolbox'] as const)
      world.on(name, (input: { facts: { osds: { node: string }[] } }) => {
        seen.push([name, osdsOf(input)]);
        return { already: false };
      });
    const operation = new Operation(await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:boot-size'));
    await operation.approve();
    await operation.result();
    const started = seen.filter(([name]) => name === 'startOsds').map(([, nodes]) => nodes);
    expect(started.map(String).toSorted()).toEqual(['n1', 'n2']);
    expect(seen.filter(([name]) => name !== 'startOsds').flatMap(([, nodes]) => nodes)).toEqual([]);
  });

  it('tells the proof which OSDs were made now, also where their step had to be tried again', async () => {
    const world = await rig().world('boot-newborn', ['n1', 'n2']);
    let proof: { newOsds?: string[]; mgrs?: string[] } = {};
    const made = new Set<string>();
    const [first, second] = world.bootstrapPlan.osds.map(({ osdUuid }) => osdUuid);
    world.on('createOsd', ({ osdUuid }) => {
      const already = osdUuid === second || made.has(osdUuid);
      made.add(osdUuid);
      return { osdId: 0, osdUuid, already };
    });
    world.failing('startOsds', 1, () => failure('POD_NOT_READY', 'osd.0 does not start'));
    world.on('verifyCluster', (input) => {
      proof = input;
      return {
        fsid: 'x',
        quorum: ['a'],
        activeMgr: 'a',
        osds: [],
        version: '20.2.4',
        health: 'HEALTH_OK',
        findings: [],
        io: null,
      };
    });
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:boot-newborn'),
    );
    await operation.approve();
    const { steps } = await operation.untilAwaiting('operator');
    const parked = steps.find(({ status }) => status === 'parked')?.id;
    await operation.send('retry', { step: parked, attempt: 1, by: 'ada' });
    await operation.result();
    expect(proof).toMatchObject({ newOsds: [first], mgrs: ['a'] });
  });

  it('writes the status last, and tells the way to it with one note alone', async () => {
    const world = await rig().world('boot-status');
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:boot-status'),
    );
    await operation.approve();
    await operation.result();
    expect(world.count('noteAwaiting')).toBe(1);
    expect(world.calls.slice(-2)).toEqual(['writeStatus', 'releaseOperation']);
  });

  it('writes the status only after a note that is slow to be written, which would overwrite it', async () => {
    const world = await rig().world('boot-slow-note');
    const note = world.holding('noteAwaiting');
    const order: string[] = [];
    world.on('writeStatus', () => {
      order.push('status');
      return { already: false };
    });
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster, approval: 'auto' }, 'bootstrap:boot-slow-note'),
    );
    // Still nothing but the note is under way, several looks after everything before the status was done.
    let looks = 0;
    await vi.waitFor(
      async () => {
        expect(world.count('showDisks')).toBe(1);
        const { raw } = await operation.handle.describe();
        expect(raw.pendingActivities?.map(({ activityType }) => activityType?.name)).toEqual(['noteAwaiting']);
        looks += 1;
        expect(looks).toBe(10);
      },
      { timeout: 45_000, interval: 50 },
    );
    order.push('note');
    note.release();
    await operation.result();
    expect(order).toEqual(['note', 'status']);
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

  it('says beside every activity of a step which step it belongs to', async () => {
    const world = await rig().world('boot-summaries');
    const operation = new Operation(
      await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:boot-summaries'),
    );
    await operation.approve();
    await operation.result();
    const summaries = await operation.activitySummaries();
    expect(summaries).toContainEqual(['makeMonStore', 'make-mon-stores/a']);
    expect(summaries).toContainEqual(['createOsd', 'create-osds/n1']);
    expect(summaries).toContainEqual(['untilOsdsUp', 'create-osds/n1']);
    expect(summaries).toContainEqual(['verifyCluster', 'verify']);
    expect(summaries).toContainEqual(['releaseOperation', undefined]);
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

  it('lets the mons whose stores are there find their quorum before a new store is made beside them', async () => {
    const world = await rig().world('boot-kept', ['n1', 'n2', 'n3']);
    const mons = ['n1', 'n2', 'n3'].map((node, index) => ({ id: 'abc'.charAt(index), node }));
    const { plan, asked } = { plan: world.bootstrapPlan, asked: [] as unknown[] };
    const targets = ['mon.a@n1', 'mon.b@n2'];
    const first = { id: 'start-kept-mons', targets, does: 'start them', risk: 'none' as const, alwaysAsk: false };
    const steps = plan.steps.flatMap((step) =>
      step.id === 'make-mon-stores/a' ? [first, { ...step, id: 'make-mon-stores/c' }] : [step],
    );
    world.bootstrapPlan = { ...plan, mons, steps, startFirst: ['a', 'b'] };
    world.on('startMons', (input) => {
      asked.push(input.mons.map(({ name }) => name));
      return { already: false };
    });
    world.on('untilQuorum', ({ mons: named, mayLack }) => {
      asked.push({ named, mayLack });
      return { fsid: plan.proposedFsid, mons: named, leader: 'a' };
    });
    world.on('makeMonStore', ({ mon }) => {
      asked.push(`store of ${mon}`);
      return { mon, path: '/x', already: false };
    });
    const operation = new Operation(await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:boot-kept'));
    await operation.approve();
    await operation.result();
    const store = asked.indexOf('store of c');
    expect(asked.slice(0, store)).toEqual(
      expect.arrayContaining([['a', 'b'], { named: ['a', 'b'], mayLack: ['c'] }]) as unknown[],
    );
    expect(asked.filter((one) => String(one).startsWith('store of'))).toEqual(['store of c']);
    expect(asked.slice(store)).toContainEqual(['a', 'b', 'c']);
  });

  it('lets no new keys be made for a plan that rests on an identity', async () => {
    const world = await rig().world('boot-there');
    const seen: unknown[] = [];
    world.on('makeIdentity', ({ fsid, identity }) => {
      seen.push(identity);
      return { fsid: fsid ?? '', already: true };
    });
    world.bootstrapPlan = { ...world.bootstrapPlan, fsid: world.bootstrapPlan.proposedFsid };
    const operation = new Operation(await rig().start('bootstrap', { cluster: world.cluster }, 'bootstrap:boot-there'));
    await operation.approve();
    await operation.result();
    expect(seen).toEqual(['there']);
  });
}
