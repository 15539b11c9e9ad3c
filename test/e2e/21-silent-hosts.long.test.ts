import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOwedHosts } from '../../activities/operations/owed-hosts.ts';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { kubectl } from '../../deploy/demo/kubectl.ts';
import { startNode, stopNode } from '../../deploy/lab/hardware.ts';
import { until } from '../../deploy/lab/until.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import type { OperationState, StepState } from '../../src/contract/state.ts';
import { teardownContract, type TeardownResult } from '../../src/contract/teardown.ts';
import { expectExampleCluster } from './cluster.ts';
import { exampleCluster, freshGround } from './ground.ts';
import { untilOccasion } from './history.ts';
import { useLab, type Lab } from './lab.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { abortLeftovers, Operation } from './operation.ts';

const DESTROY = { cluster: CLUSTER, data: 'destroy' };

/** Kubernetes needs 40 s to call a stopped host not ready; an operation may wait for a mon or an OSD for minutes before that. */
const NOTICED_WITHIN_SECONDS = 420;
const END_WITHIN_SECONDS = 600;

let lab: Lab;
let stopped = false;
beforeAll(async () => {
  lab = await useLab();
  await freshGround(lab);
});
afterAll(async () => {
  if (stopped) await powerOn();
  await abortLeftovers();
});

describe('a host that is stopped while bootstrap makes OSDs', () => {
  it('is waited for by name; back again, bootstrap ends as undisturbed', async () => {
    const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER, approval: 'auto' });
    await untilOccasion(operation, { activity: 'createOsd', moment: 'before' });
    await powerOff();
    await untilWaitsForN3(operation);
    const { historyLength: before } = await operation.handle.describe();
    await powerOn();
    expect((await operation.result(END_WITHIN_SECONDS)).outcome).toBe('done');
    expect(before).toBeLessThan(500);
    await expectExampleCluster(CLUSTER);
  });
});

describe('a host that is stopped while teardown wipes disks', () => {
  it('is waited for by name; back again, nothing is left and nothing is owed', async () => {
    const operation = await Operation.start(teardownContract, DESTROY);
    await operation.approve({ cluster: CLUSTER });
    await untilOccasion(operation, { activity: 'wipeOwnDisk', moment: 'before' });
    await powerOff();
    await untilWaitsForN3(operation);
    await powerOn();
    const { outcome, owed, wipedDisks } = await operation.result<TeardownResult>(END_WITHIN_SECONDS);
    expect({ outcome, owed }).toEqual({ outcome: 'done', owed: [] });
    expect(wipedDisks).toHaveLength(6);
    await expectNothingLeft();
  });
});

describe('a host that is left out of a teardown', () => {
  it('is owed in the result and outside the namespace, and none of its disks counts as wiped', async () => {
    await exampleCluster(lab);
    const operation = await Operation.start(teardownContract, DESTROY);
    await operation.approve({ cluster: CLUSTER });
    await untilOccasion(operation, { activity: 'stopDaemons', moment: 'before' });
    // No later step begins, so that the host is stopped exactly between the two.
    await operation.signal('pause', { by: 'e2e' });
    await operation.untilState(
      'has stopped the daemons',
      (state) => stepOf(state, 'stop-daemons')?.status === 'done',
      300,
    );
    await powerOff();
    await operation.resume();
    const waiting = await untilWaitsForN3(operation, 'prove-stopped/n3');
    const { id, attempt } = stepOf(waiting, 'prove-stopped/n3') as StepState;
    await operation.signal('skip', { step: id, attempt, by: 'e2e', reason: 'its power is off' });
    const result = await operation.result<TeardownResult>(END_WITHIN_SECONDS);
    expect(result.owed).toEqual([expect.stringContaining('n3 did not answer and was left out')]);
    expect(result.wipedDisks?.filter((disk) => disk.startsWith('n3:'))).toEqual([]);
    expect(result.wipedDisks).toHaveLength(4);
    const [debt, ...more] = await readOwedHosts(lab.kubernetes, CLUSTER);
    expect(more).toEqual([]);
    expect(debt).toMatchObject({
      node: 'n3',
      fsid: result.fsid,
      machineId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect(debt?.disks).toHaveLength(2);
  });

  it('pays when it is back and teardown is started again', async () => {
    await powerOn();
    const operation = await Operation.start(teardownContract, DESTROY);
    const { outcome, owed, wipedDisks } = await operation.approveEach<TeardownResult>({ cluster: CLUSTER });
    expect({ outcome, owed }).toEqual({ outcome: 'done', owed: [] });
    expect(wipedDisks?.every((disk) => disk.startsWith('n3:'))).toBe(true);
    expect(wipedDisks).toHaveLength(2);
    expect(await readOwedHosts(lab.kubernetes, CLUSTER)).toEqual([]);
    await expectNothingLeft();
  });
});

async function powerOff(): Promise<void> {
  stopped = true;
  await stopNode('n3');
}

/** Kubernetes takes the taint of a stopped host away a few seconds after it calls the host ready. */
async function powerOn(): Promise<void> {
  await startNode('n3');
  await until('n3 takes pods again', 60, async () => {
    const taints = await kubectl(['get', 'node', 'n3', '--output=jsonpath={.spec.taints}']);
    return taints === '';
  });
  stopped = false;
}

const stepOf = (state: OperationState, id: string): StepState | undefined => state.steps.find((step) => step.id === id);

/** At the named step, or at whichever one first misses the host. */
async function untilWaitsForN3(operation: Operation, id?: string): Promise<OperationState> {
  const waits = (state: OperationState) =>
    state.awaiting === 'host' &&
    state.awaitingBecause.includes('n3 (since ') &&
    (id === undefined || stepOf(state, id)?.status === 'waiting-for-host');
  return operation.untilState('waits for n3', waits, NOTICED_WITHIN_SECONDS);
}
