import { Context } from '@temporalio/activity';
import { expect, it } from 'vitest';
import type { TeardownResult } from '../../src/contract/teardown.ts';
import { failure } from '../../src/errors.ts';
import { diskQueue } from '../../src/contract/queues.ts';
import { Operation, type Rig } from './rig.ts';
import { carriedBy, finding } from './plans.ts';
import type { World } from './world.ts';

const SINCE = '2026-11-22T04:05:06Z';

/** As activities name a host that Kubernetes calls not ready. */
const notReady = (node: string) =>
  failure('HOST_NOT_READY', `Pod rook-ceph-mon-c-x does not run, because Kubernetes says that ${node} is not ready`, {
    findings: [
      { code: 'HOST_NOT_READY', severity: 'warning', because: `${node} is not ready.`, target: node, evidence: SINCE },
    ],
  });

/** The wait for the host goes on until the test says that it is back. */
function awaySince(world: World): { back: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  world.on('untilHostsAnswer', async ({ nodes }) => {
    // As the real one, it ends when the operation does not want it any more.
    await Promise.race([promise, Context.current().cancelled]);
    return { nodes };
  });
  return { back: resolve };
}

export function aboutSilentHosts(rig: () => Rig): void {
  const bootstrap = async (world: World) =>
    new Operation(
      await rig().start('bootstrap', { cluster: world.cluster, approval: 'auto' }, `bootstrap:${world.cluster}`),
    );
  const teardown = async (world: World) => {
    world.agents = 'there';
    const input = { cluster: world.cluster, data: 'destroy' };
    const operation = new Operation(await rig().start('teardown', input, `teardown:${world.cluster}`));
    await operation.approve({ cluster: world.cluster });
    return operation;
  };
  const waits = (operation: Operation, id: string) =>
    operation.until(({ steps }) => steps.some((step) => step.id === id && step.status === 'waiting-for-host'), 60_000);

  it('waits for an agent that takes no work, and goes on by itself when it does', { timeout: 120_000 }, async () => {
    const world = await rig().world('asleep', ['n1', 'n3'], [diskQueue('asleep', 'n3')]);
    const operation = await teardown(world);
    const waiting = await waits(operation, 'wipe-disks/n3');
    expect(waiting.awaiting).toBe('host');
    expect(waiting.awaitingBecause).toContain('host n3');
    expect(world.calls).toContain('wipeOwnDisk@n1');
    const wrong = { step: 'wipe-disks/n3', attempt: 2, by: 'ada' };
    expect(await operation.refusalOf('skip', wrong)).toContain('waits for a host at attempt 1, not 2');
    const before = await operation.historyLength();
    await rig().serve(diskQueue('asleep', 'n3'));
    const result = await operation.result<TeardownResult>();
    expect(result).toMatchObject({ outcome: 'done', owed: [], wipedDisks: ['n1:serial:n1', 'n3:serial:n3'] });
    expect(before).toBeLessThan(await operation.historyLength());
  });

  it('calls off the work that waits for a silent agent when a person skips it', { timeout: 120_000 }, async () => {
    const world = await rig().world('off', ['n1', 'n3'], [diskQueue('off', 'n3')]);
    const operation = await teardown(world);
    await waits(operation, 'wipe-disks/n3');
    await operation.send('skip', { step: 'wipe-disks/n3', attempt: 1, by: 'ada' });
    const result = await operation.result<TeardownResult>();
    expect(result.wipedDisks).toEqual(['n1:serial:n1']);
    expect(result.owed?.[0]).toContain('ada sent skip for wipe-disks/n3');
    await rig().serve(diskQueue('off', 'n3'));
    expect(world.calls).not.toContain('wipeOwnDisk@n3');
  });

  it('waits for a stopped host by name and since when, and ends as undisturbed when it is back', async () => {
    const world = await rig().world('silent-mon', ['n1', 'n3']);
    const host = awaySince(world);
    world.failing('startMons', 1, () => notReady('n3'));
    const held = world.holding('untilQuorum');
    const operation = await bootstrap(world);
    const waiting = await operation.untilAwaiting('host');
    expect(waiting.awaitingBecause).toContain(`waits for host n3 (since ${SINCE})`);
    expect(waiting.steps.find(({ id }) => id === 'start-mons')).toMatchObject({ status: 'waiting-for-host' });
    const { searchAttributes } = await operation.handle.describe();
    expect(searchAttributes?.['CephAwaiting']).toEqual(['host']);
    held.release();
    host.back();
    const { outcome, findings } = await operation.result();
    expect({ outcome, findings }).toEqual({ outcome: 'done', findings: [] });
    expect(world.count('startMons')).toBe(2);
  });

  it.each([
    ['untilQuorum', 'MON_NOT_IN_QUORUM', 'start-mons'],
    ['untilOsdsUp', 'OSD_NOT_UP', 'create-osds/n1'],
    ['verifyCluster', 'UNHEALTHY', 'verify'],
  ] as const)('asks whether a host is missing before it asks a person: %s fails with %s', async (name, code, step) => {
    const world = await rig().world(`behind-${name.toLowerCase()}`, ['n1']);
    const host = awaySince(world);
    world.on('findSilentHosts', ({ nodes }) => ({ silent: nodes.map((node) => ({ node, since: SINCE })) }));
    world.failing(name, 1, () => failure(code, 'a daemon of n1 is missing'));
    const operation = await bootstrap(world);
    const waiting = await operation.untilAwaiting('host');
    expect(waiting.awaitingBecause).toContain(`host n1 (since ${SINCE})`);
    expect(waiting.awaitingBecause).toContain('a daemon of n1 is missing');
    expect(waiting.steps.filter(({ status }) => status === 'waiting-for-host').map(({ id }) => id)).toEqual([step]);
    host.back();
    expect((await operation.result()).outcome).toBe('done');
  });

  it('adds nothing to its history while it waits, however often the wait is tried again', async () => {
    const world = await rig().world('silent-days', ['n1']);
    let looks = 0;
    world.failing('startMons', 1, () => notReady('n1'));
    const { promise: back, resolve } = Promise.withResolvers<void>();
    world.on('untilHostsAnswer', async ({ nodes }) => {
      looks += 1;
      // As when its worker is restarted again and again.
      if (looks < 40) throw failure('KUBERNETES_UNREACHABLE', 'the API server does not answer');
      await back;
      return { nodes };
    });
    const quorum = world.holding('untilQuorum');
    const operation = await bootstrap(world);
    await operation.untilAwaiting('host');
    await expect.poll(() => looks, { timeout: 30_000 }).toBeGreaterThan(10);
    const before = await operation.historyLength();
    await expect.poll(() => looks, { timeout: 30_000 }).toBe(40);
    expect(await operation.historyLength()).toBe(before);
    quorum.release();
    resolve();
    expect((await operation.result()).outcome).toBe('done');
  });

  it('makes its plan by itself when a host is back without which there is no quorum', async () => {
    const world = await rig().world('needed', ['n1']);
    const whole = world.bootstrapPlan;
    world.bootstrapPlan = finding(whole, {
      code: 'HOST_NEEDED',
      severity: 'blocking',
      because: `Kubernetes says that n3 is not ready since ${SINCE}, and there is no quorum without mon.c.`,
      target: 'n3',
      evidence: SINCE,
    });
    const host = awaySince(world);
    const operation = await bootstrap(world);
    const waiting = await operation.untilAwaiting('host');
    expect(waiting.awaitingBecause).toContain(`host n3 (since ${SINCE})`);
    expect(world.holder).toBeUndefined();
    world.bootstrapPlan = whole;
    host.back();
    expect((await operation.result()).outcome).toBe('done');
  });

  it(
    'stops no other host for the one that is silent: a person leaves it out, and it is owed',
    { timeout: 120_000 },
    async () => {
      const world = await rig().world('owing', ['n1', 'n3']);
      world.on('stopDaemons', () => {
        throw notReady('n3');
      });
      const owed: unknown[] = [];
      world.on('rememberOwed', (input) => {
        owed.push(input);
        return { already: false };
      });
      const leaving: unknown[] = [];
      world.on('removeAgents', (input) => {
        leaving.push(input.leaving);
        return { removed: [], already: false };
      });
      awaySince(world);
      const operation = await teardown(world);
      const waiting = await waits(operation, 'stop-daemons');
      expect(waiting.awaitingBecause).toContain('powered off for certain');
      expect(waiting.steps.find(({ id }) => id === 'stop-daemons')).toMatchObject({ skippable: true });
      expect(world.count('wipeOwnDisk')).toBe(0);
      await operation.send('skip', { step: 'stop-daemons', attempt: 1, by: 'ada', reason: 'its power is off' });
      const result = await operation.result<TeardownResult>();
      expect(world.calls).toContain('wipeOwnDisk@n1');
      expect(world.calls.filter((call) => call.endsWith('@n3') && !call.startsWith('observeHost'))).toEqual([]);
      expect(result.wipedDisks).toEqual(['n1:serial:n1']);
      expect(result.owed).toEqual([
        'n3 did not answer and was left out (ada sent skip for stop-daemons): its disks serial:n3 and directories are not proven to be gone',
      ]);
      const debt = { ...carriedBy('n3', ['serial:n3']), reason: result.owed?.[0] };
      expect(owed).toEqual([{ cluster: 'owing', debts: [debt], paid: [] }]);
      expect(leaving).toEqual([['n3']]);
      expect(world.count('forgetCluster')).toBe(0);
      const ofN3 = result.steps.filter(({ id }) => id.endsWith('/n3') && id !== 'remember-owed/n3');
      expect(ofN3.map(({ status }) => status)).toEqual(['skipped', 'skipped', 'skipped']);
    },
  );
}
