import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { entriesOf, registerRef } from '../../activities/operations/register.ts';
import { until } from '../../deploy/lab/until.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { teardownContract, type TeardownResult } from '../../src/contract/teardown.ts';
import { expectExampleCluster } from './cluster.ts';
import { expectNothingMade } from './documents.ts';
import { freshGround } from './ground.ts';
import { untilOccasion, type Occasion } from './history.ts';
import { useLab, type Lab } from './lab.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { abortLeftovers, Operation } from './operation.ts';

type Ending = 'cancel' | 'terminate';

const DESTROY = { cluster: CLUSTER, data: 'destroy' };
/** A running write is let finish before a cancelled operation ends. */
const ENDS_WITHIN_SECONDS = 180;

let lab: Lab;
beforeAll(async () => {
  lab = await useLab();
  await freshGround(lab);
});
afterAll(abortLeftovers);

/** One cluster through all of it: each operation goes on from what the one before left. */
describe('bootstrap that is ended in the Temporal UI', () => {
  const unchanged: [Ending, Occasion][] = [
    ['cancel', { activity: 'installAgents', moment: 'during' }],
    ['cancel', { activity: 'observeHost', moment: 'during' }],
    ['cancel', { activity: 'planBootstrap', moment: 'after' }],
    ['cancel', { activity: 'takeOperation', moment: 'during' }],
  ];
  it.each(unchanged)('by %s at %o leaves nothing', async (ending, occasion) => {
    await endedEarly(bootstrapContract, ending, occasion);
    await expectNothingMade(CLUSTER, ['services/rook-ceph-mgr-dashboard-external']);
  });

  const changed: [Ending, Occasion][] = [
    ['terminate', { activity: 'planBootstrap', moment: 'after' }],
    ['cancel', { activity: 'makeMonStore', moment: 'during' }],
    ['terminate', { activity: 'startMons', moment: 'after' }],
    ['cancel', { activity: 'createOsd', moment: 'during' }],
    ['terminate', { activity: 'createOsd', moment: 'during' }],
    ['cancel', { activity: 'startOsds', moment: 'after' }],
    ['terminate', { activity: 'verifyCluster', moment: 'during' }],
  ];
  it.each(changed)('by %s at %o is gone on with by the next', async (ending, occasion) => {
    await endedEarly(bootstrapContract, ending, occasion);
  });

  it('ends in the cluster that an undisturbed one makes', async () => {
    const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    expect(['done', 'nothing-to-do']).toContain((await operation.approveEach()).outcome);
    await expectExampleCluster(CLUSTER);
  });
});

describe('teardown that is ended in the Temporal UI', () => {
  const unchanged: [Ending, Occasion][] = [
    ['cancel', { activity: 'observeHost', moment: 'during' }],
    ['cancel', { activity: 'planTeardown', moment: 'after' }],
    ['terminate', { activity: 'planTeardown', moment: 'after' }],
    ['cancel', { activity: 'takeOperation', moment: 'during' }],
  ];
  it.each(unchanged)('by %s at %o leaves the cluster as it is', async (ending, occasion) => {
    await endedEarly(teardownContract, ending, occasion);
    await expectExampleCluster(CLUSTER);
  });

  const changed: [Ending, Occasion][] = [
    ['cancel', { activity: 'stopDaemons', moment: 'during' }],
    ['terminate', { activity: 'requireNoDaemons', moment: 'during' }],
    ['cancel', { activity: 'wipeOwnDisk', moment: 'during' }],
    ['terminate', { activity: 'wipeOwnDisk', moment: 'during' }],
    ['terminate', { activity: 'removeHostDirectories', moment: 'during' }],
    ['cancel', { activity: 'removeObjects', moment: 'during' }],
  ];
  it.each(changed)('by %s at %o is gone on with by the next', async (ending, occasion) => {
    await endedEarly(teardownContract, ending, occasion);
  });

  it('ends with nothing left', async () => {
    const operation = await Operation.start(teardownContract, DESTROY);
    const { outcome, owed = [] } = await operation.approveEach<TeardownResult>({ cluster: CLUSTER });
    expect(['done', 'nothing-to-do']).toContain(outcome);
    expect(owed).toEqual([]);
    await expectNothingLeft();
  });
});

/** Starts it, approves whatever it asks, and ends it at that occasion. Nobody holds the cluster afterwards who is not asked about. */
async function endedEarly(
  contract: typeof bootstrapContract | typeof teardownContract,
  ending: Ending,
  occasion: Occasion,
): Promise<void> {
  const input = contract.name === 'teardown' ? DESTROY : { cluster: CLUSTER };
  const operation = await Operation.start(contract, input);
  const approving = operation.approveEach({ cluster: CLUSTER }).catch(() => undefined);
  await untilOccasion(operation, occasion);
  if (ending === 'cancel') await operation.handle.cancel();
  else await operation.handle.terminate('e2e');
  await until(`${operation.handle.workflowId} has ended`, ENDS_WITHIN_SECONDS, () => operation.isClosed());
  await approving;
  const { status } = await operation.handle.describe();
  expect(status.name).toBe(ending === 'cancel' ? 'CANCELLED' : 'TERMINATED');
  if (ending === 'cancel') expect(await holders()).toEqual([]);
}

async function holders(): Promise<string[]> {
  const register = await lab.kubernetes.read(registerRef(CLUSTER));
  return register === undefined ? [] : entriesOf(register).map(({ key }) => key);
}
