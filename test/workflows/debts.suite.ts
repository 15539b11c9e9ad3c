import { Context } from '@temporalio/activity';
import { expect, it } from 'vitest';
import type { RememberOwedInput } from '../../src/contract/owed.ts';
import type { TeardownResult } from '../../src/contract/teardown.ts';
import { failure } from '../../src/errors.ts';
import { aLastPlan, carriedBy, FSID, owing } from './plans.ts';
import { Operation, type Rig } from './rig.ts';
import type { World } from './world.ts';

const notReady = (node: string) =>
  failure('HOST_NOT_READY', `Kubernetes says that ${node} is not ready`, {
    findings: [{ code: 'HOST_NOT_READY', severity: 'warning', because: `${node} is not ready.`, target: node }],
  });

/** What is written into cephflow-owed, in order. */
function listening(world: World): RememberOwedInput[] {
  const told: RememberOwedInput[] = [];
  world.on('rememberOwed', (input) => {
    told.push(input);
    return { already: false };
  });
  return told;
}

/** The host stays away for good; its pods never end, and a person leaves it out. */
async function leaveOut(world: World, operation: Operation, step: string): Promise<void> {
  world.on('untilHostsAnswer', async ({ nodes }) => {
    await Context.current().cancelled;
    return { nodes };
  });
  await operation.approve({ cluster: world.cluster });
  await operation.untilAwaiting('host');
  await operation.send('skip', { step, attempt: 1, by: 'ada', reason: 'its power is off' });
}

export function aboutDebts(rig: () => Rig): void {
  const start = async (world: World, more: object = {}) => {
    world.agents = 'there';
    const input = { cluster: world.cluster, data: 'destroy', ...more };
    return new Operation(await rig().start('teardown', input, `teardown:${world.cluster}`));
  };
  const away = carriedBy('n3', ['serial:n3']);

  it('are remembered before anything is stopped, and taken out only when all is proven', async () => {
    const world = await rig().world('debts-order');
    const pays = [{ node: 'n1', fsid: FSID }];
    const settles = [{ node: 'n8', fsid: FSID }];
    world.teardownPlan = owing(world.teardownPlan, { owes: [away], pays, settles });
    const told = listening(world);
    const waived: unknown[] = [];
    world.on('planTeardown', ({ waive }) => {
      waived.push(waive);
      return world.teardownPlan;
    });
    const operation = await start(world, { waive: ['NODE_REPLACED'] });
    await operation.approve({ cluster: world.cluster });
    const result = await operation.result<TeardownResult>();
    expect(world.order('rememberOwed', 'stopDaemons', 'removeObjects', 'removeAgents')).toEqual([
      'rememberOwed',
      'stopDaemons',
      'removeObjects',
      'rememberOwed',
      'removeAgents',
    ]);
    expect(told).toEqual([
      { cluster: world.cluster, debts: [away], paid: [] },
      { cluster: world.cluster, debts: [], paid: [...pays, ...settles] },
    ]);
    expect(waived).toEqual([['NODE_REPLACED'], ['NODE_REPLACED']]);
    expect(result.owed).toEqual([away.reason]);
    expect(world.count('forgetCluster')).toBe(0);
  });

  it('of a host that was away before the plan keep its disks, when a person leaves it out', async () => {
    const world = await rig().world('debts-away');
    const n3 = { node: 'n3', fsid: FSID };
    world.teardownPlan = owing(world.teardownPlan, { owes: [away], pays: [n3], settles: [n3] });
    world.failing('stopDaemons', 1, () => notReady('n3'));
    const told = listening(world);
    const leaving: unknown[] = [];
    world.on('removeAgents', (input) => {
      leaving.push(input.leaving);
      return { removed: [], already: false };
    });
    const operation = await start(world);
    await leaveOut(world, operation, 'stop-daemons');
    const { owed = [], steps } = await operation.result<TeardownResult>();
    expect(told).toEqual([
      { cluster: world.cluster, debts: [away], paid: [] },
      { cluster: world.cluster, debts: [{ ...away, reason: owed[0] }], paid: [] },
      { cluster: world.cluster, debts: [], paid: [] },
    ]);
    expect(owed[0]).toContain('its disks serial:n3');
    expect(leaving).toEqual([['n3']]);
    expect(steps.find(({ id }) => id === 'remember-owed/n3')).toMatchObject({ status: 'done' });
  });

  it('nobody waits for the agent of a host that was away before the plan', async () => {
    const world = await rig().world('debts-agent');
    world.teardownPlan = owing(world.teardownPlan, { owes: [away] });
    const leaving: unknown[] = [];
    world.on('removeAgents', (input) => {
      leaving.push(input.leaving);
      return { removed: [], already: false };
    });
    const operation = await start(world);
    await operation.approve({ cluster: world.cluster });
    await operation.result();
    expect(leaving).toEqual([['n3']]);
  });

  it('are written when the host is left out, so that an operation that is ended then has forgotten nothing', async () => {
    const world = await rig().world('debts-ended', ['n1', 'n3']);
    world.failing('stopDaemons', 1, () => notReady('n3'));
    const told = listening(world);
    const proof = world.holding('requireNoDaemons');
    const operation = await start(world);
    await leaveOut(world, operation, 'stop-daemons');
    await proof.entered;
    expect(told).toMatchObject([{ debts: [{ node: 'n3', disks: ['serial:n3'], machineId: 'machine-n3' }], paid: [] }]);
    await operation.handle.terminate('the test');
    proof.release();
    expect(world.count('wipeOwnDisk')).toBe(0);
  });

  it('of the last memory there are none: it is forgotten under the lock, by its fsid, without a person', async () => {
    const world = await rig().world('debts-last');
    world.teardownPlan = aLastPlan(world.cluster);
    const forgotten: unknown[] = [];
    world.on('forgetCluster', (input) => {
      forgotten.push([input, world.holder?.workflowId]);
      return { already: false };
    });
    const operation = await start(world);
    expect((await operation.result()).outcome).toBe('done');
    expect(forgotten).toEqual([[{ cluster: world.cluster, fsid: FSID }, 'teardown:debts-last']]);
    expect(world.count('planTeardown')).toBe(2);
  });

  it('forget no cluster that a bootstrap made while it was waited for', async () => {
    const world = await rig().world('debts-race');
    const plans = [aLastPlan(world.cluster), world.teardownPlan];
    world.on('planTeardown', () => plans.shift() ?? world.teardownPlan);
    const operation = await start(world);
    const { findings } = await operation.untilAwaiting('approval');
    expect(findings).toContainEqual(expect.objectContaining({ code: 'PLAN_STALE' }));
    expect(world.holder).toBeUndefined();
    await operation.send('reject', { by: 'ada', reason: 'it is a new one' });
    await operation.result();
    expect(world.count('forgetCluster')).toBe(0);
  });
}
