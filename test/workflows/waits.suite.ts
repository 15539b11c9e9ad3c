import { Context } from '@temporalio/activity';
import { expect, it, vi } from 'vitest';
import { probeQueue } from '../../src/contract/queues.ts';
import type { OperationState } from '../../src/contract/state.ts';
import type { TeardownResult } from '../../src/contract/teardown.ts';
import { failure } from '../../src/errors.ts';
import { Operation, type Rig } from './rig.ts';
import type { World } from './world.ts';

const SINCE = '2026-11-22T04:05:06Z';

const notReady = (node: string) =>
  failure('HOST_NOT_READY', `Kubernetes says that ${node} is not ready`, {
    findings: [
      { code: 'HOST_NOT_READY', severity: 'warning', because: `${node} is not ready.`, target: node, evidence: SINCE },
    ],
  });

const stepOf = ({ steps }: OperationState, id: string) => steps.find((step) => step.id === id);

/** As the real wait for a host that does not come back: it ends when nobody wants it any more. */
const neverBack = (world: World): void =>
  world.on('untilHostsAnswer', async ({ nodes }) => {
    await Context.current().cancelled;
    return { nodes };
  });

/** A step has one wait at a time, and what a person answers is the one that is shown. */
export function aboutWaits(rig: () => Rig): void {
  const start = async (world: World, workflowType: 'bootstrap' | 'teardown', input: object) => {
    const { cluster } = world;
    return new Operation(await rig().start(workflowType, { cluster, ...input }, `${workflowType}:${cluster}`));
  };
  const teardown = async (world: World, data: 'destroy' | 'keep') => {
    world.agents = 'there';
    const operation = await start(world, 'teardown', { data });
    await operation.approve({ cluster: world.cluster });
    return operation;
  };
  const untilEvent = (operation: Operation, kind: 'activityTaskCanceled' | 'activityTaskTimedOut') =>
    vi.waitFor(
      async () => {
        const { events = [] } = await operation.handle.fetchHistory();
        if (!events?.some((event) => event[`${kind}EventAttributes`] != null)) throw new Error(`no event ${kind} yet`);
      },
      { timeout: 60_000, interval: 200 },
    );

  it.each([
    ['parked', 'there is no such image', () => failure('IMAGE_PULL_FAILED', 'there is no such image')],
    ['waiting-for-host', `host n3 (since ${SINCE})`, () => notReady('n3')],
  ] as const)(
    'takes the answer to a step that is %s, although an agent was silent in it before',
    { timeout: 120_000 },
    async (status, because, error) => {
      const cluster = `stuck-${status}`;
      const world = await rig().world(cluster, ['n1', 'n3'], [probeQueue(cluster, 'n3')]);
      // Its agent falls silent only after the look.
      world.on('installAgents', () => ({ added: false, nodes: ['n1'], dataDir: '/var/lib/rook', findings: [] }));
      neverBack(world);
      const ofN3 = world.bootstrapPlan.osds.find(({ node }) => node === 'n3');
      const pods = Promise.withResolvers<void>();
      let hasFailed = false;
      world.on('untilOsdPodsReady', async ({ osds }) => {
        const areOfN3 = osds.some((osd) => osd.osdUuid === ofN3?.osdUuid);
        if (!areOfN3 || hasFailed) return { already: false };
        await pods.promise;
        hasFailed = true;
        throw error();
      });
      const operation = await start(world, 'bootstrap', { approval: 'auto' });
      const silent = await operation.until(
        (state) => stepOf(state, 'create-osds/n3')?.status === 'waiting-for-host',
        60_000,
      );
      expect(silent.awaitingBecause).not.toContain(because);
      pods.resolve();
      await operation.until(({ steps }) => steps.some((step) => step.because?.includes(because)));
      await untilEvent(operation, 'activityTaskCanceled');
      const stuck = (await operation.state()).steps.find((step) => step.because?.includes(because));
      expect(stuck).toMatchObject({ status, attempt: 1 });
      await rig().serve(probeQueue(cluster, 'n3'));
      await operation.send('retry', { step: stuck?.id, attempt: 1, by: 'ada' });
      expect((await operation.result()).outcome).toBe('done');
    },
  );

  it(
    'shows why the plan is parked, also when an agent turns out to be silent later',
    { timeout: 120_000 },
    async () => {
      const world = await rig().world('late', ['n1', 'n3'], [probeQueue('late', 'n3')]);
      world.failing('readClusterState', 1, () => failure('POD_NOT_READY', 'the agent of n1 restarts'));
      const operation = await start(world, 'bootstrap', { approval: 'auto' });
      await operation.untilAwaiting('operator');
      await untilEvent(operation, 'activityTaskTimedOut');
      const { awaiting, awaitingBecause, steps } = await operation.state();
      expect({ awaiting, awaitingBecause }).toEqual({
        awaiting: 'operator',
        awaitingBecause: expect.stringContaining('plan: the agent of n1 restarts'),
      });
      expect(steps.map(({ status }) => status)).toEqual(['parked']);
      await rig().serve(probeQueue('late', 'n3'));
      await operation.send('retry', { step: 'plan', attempt: 1, by: 'ada' });
      expect((await operation.result()).outcome).toBe('done');
    },
  );

  it('lets nobody skip a step whose wait for a host has failed: nobody knows then which host to leave out', async () => {
    const world = await rig().world('wait-fails', ['n1', 'n3']);
    world.failing('stopDaemons', 1, () => notReady('n3'));
    world.failing('untilHostsAnswer', 1, () => failure('POD_NOT_READY', 'nobody can tell'));
    const operation = await teardown(world, 'destroy');
    const parked = await operation.untilAwaiting('operator');
    expect(stepOf(parked, 'stop-daemons')).toMatchObject({ status: 'parked', skippable: false });
    const answer = { step: 'stop-daemons', attempt: 1, by: 'ada' };
    expect(await operation.refusalOf('skip', answer)).toContain('cannot be skipped');
    await operation.send('retry', answer);
    expect(await operation.result()).toMatchObject({ outcome: 'done', owed: [] });
  });

  it.each(['keep', 'destroy'] as const)(
    'takes what the agents may do away without the host that is silent at last: %s',
    async (data) => {
      const world = await rig().world(`agents-${data}`, ['n1', 'n3']);
      neverBack(world);
      const asked: unknown[] = [];
      world.on('removeAgents', ({ leaving = [] }) => {
        asked.push(leaving);
        if (!leaving.includes('n3')) throw notReady('n3');
        return { removed: [], already: false };
      });
      const operation = await teardown(world, data);
      const waiting = await operation.untilAwaiting('host');
      expect(stepOf(waiting, 'remove-agents')).toMatchObject({ status: 'waiting-for-host', skippable: true });
      const skip = { step: 'remove-agents', attempt: 1, by: 'ada', reason: 'its power is off' };
      expect(await operation.send('skip', skip)).toContain('remove-agents goes on without n3');
      const result = await operation.result<TeardownResult>();
      expect(asked).toEqual([[], ['n3']]);
      expect(result.steps.find(({ id }) => id === 'remove-agents')).toMatchObject({ status: 'done', attempt: 2 });
      expect(result.owed).toEqual([expect.stringContaining('ada sent skip for remove-agents')]);
      expect(world.count('showStopped')).toBe(data === 'keep' ? 1 : 0);
    },
  );

  it('asks nothing any more once it was answered, also while it is paused', async () => {
    const world = await rig().world('answered-paused');
    world.failing('untilOsdsUp', 1, () => failure('OSD_NOT_UP', 'osd.0 did not come up'));
    const operation = await start(world, 'bootstrap', { approval: 'auto' });
    await operation.untilAwaiting('operator');
    await operation.send('pause', { by: 'ada' });
    await operation.send('retry', { step: 'create-osds/n1', attempt: 1, by: 'ada' });
    const paused = await operation.until((state) => stepOf(state, 'create-osds/n1')?.status !== 'parked');
    expect(stepOf(paused, 'create-osds/n1')).toMatchObject({ status: 'pending', attempt: 1 });
    expect(paused).toMatchObject({ paused: true, awaiting: 'none', awaitingBecause: '' });
    await operation.send('resume', { by: 'ada' });
    expect((await operation.result()).outcome).toBe('done');
  });

  it('ends as aborted from a pause, and begins no further step', async () => {
    const world = await rig().world('abort-paused');
    const identity = world.holding('makeIdentity');
    const operation = await start(world, 'bootstrap', { approval: 'auto' });
    await identity.entered;
    await operation.send('pause', { by: 'ada' });
    identity.release();
    await operation.until((state) => stepOf(state, 'make-identity')?.status === 'done');
    await operation.send('abort', { by: 'ada', reason: 'not today' });
    expect((await operation.failure()).message).toContain('ada: not today');
    expect(world.count('placeMons')).toBe(0);
    expect(world.holder).toBeUndefined();
  });
}
