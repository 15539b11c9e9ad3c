import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { readStatus } from '../../deploy/demo/health.ts';
import { askCeph, kubectl } from '../../deploy/demo/kubectl.ts';
import { killComponent, restartComponent } from '../../deploy/lab/components.ts';
import { labDown, labUp } from '../../deploy/lab/lab.ts';
import { until } from '../../deploy/lab/until.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { teardownContract, type TeardownResult } from '../../src/contract/teardown.ts';
import { expectExampleCluster } from './cluster.ts';
import { exampleCluster, freshGround } from './ground.ts';
import { untilOccasion } from './history.ts';
import { givesBack, writeKeptObject } from './kept-object.ts';
import { useLab, type Lab } from './lab.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { abortLeftovers, Operation } from './operation.ts';

/** The outage is what is given here, so it has a length and not an end that could be waited for. */
const AWAY_SECONDS = Number(process.env['E2E_OUTAGE_SECONDS'] ?? 600);
const OUTAGE = { timeout: (AWAY_SECONDS + 900) * 1000 };

/** From the start of all hosts to HEALTH_OK: kubelets, pods, mons, peering. */
const HEALTHY_WITHIN_SECONDS = 300;

/** Health says nothing of a standby, nor of the label, which the agents move when they see another mgr active. */
const MGRS_WITHIN_SECONDS = 120;

let lab: Lab;
beforeAll(async () => {
  lab = await useLab();
});
afterAll(async () => {
  for (const component of ['apiserver', 'temporal']) await restartComponent(component);
  await abortLeftovers();
});

describe('every host stopped at once and started again', () => {
  it('the cluster serves the same data without any operation', { timeout: 1_200_000 }, async () => {
    await exampleCluster(lab);
    const { fsid } = await readStatus(CLUSTER);
    const written = await writeKeptObject(CLUSTER);
    await labDown({ keep: 'state' });
    await labUp();
    await until(`${CLUSTER} is healthy after the cold start`, HEALTHY_WITHIN_SECONDS, isHealthy);
    await until('both mgrs run, and their Services lead to the active one', MGRS_WITHIN_SECONDS, mgrsAreBack);
    expect((await readStatus(CLUSTER)).fsid).toBe(fsid);
    expect(await givesBack(CLUSTER, written)).toBe(true);
    const look = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    const { outcome } = await look.result();
    const missing = (await look.state())?.plan?.steps.map(({ does }) => does);
    expect({ outcome, missing }).toEqual({ outcome: 'nothing-to-do', missing: [] });
  });
});

describe(`away for ${AWAY_SECONDS} s in the middle of an operation`, () => {
  it('the API server: bootstrap goes on by itself and ends as undisturbed', OUTAGE, async () => {
    await freshGround(lab);
    const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    await operation.approve();
    await awayAt(operation, 'createOsd', 'apiserver');
    expect((await operation.result(END_WITHIN_SECONDS)).outcome).toBe('done');
    await expectExampleCluster(CLUSTER);
  });

  it('Temporal: teardown goes on by itself and leaves nothing', OUTAGE, async () => {
    const operation = await Operation.start(teardownContract, { cluster: CLUSTER, data: 'destroy' });
    await operation.approve({ cluster: CLUSTER });
    await awayAt(operation, 'stopDaemons', 'temporal');
    const { outcome, owed } = await operation.result<TeardownResult>(END_WITHIN_SECONDS);
    expect({ outcome, owed }).toEqual({ outcome: 'done', owed: [] });
    await expectNothingLeft();
  });
});

/** After the outage: heartbeat timeouts, retries and what Kubernetes itself puts off. */
const END_WITHIN_SECONDS = 480;

async function awayAt(operation: Operation, activity: string, component: string): Promise<void> {
  await untilOccasion(operation, { activity, moment: 'during' });
  await killComponent(component);
  await pause(AWAY_SECONDS * 1000);
  await restartComponent(component);
  const { awaiting, awaitingBecause } = await operation.untilState('answers again', () => true);
  expect(awaiting, awaitingBecause).not.toBe('operator');
}

async function mgrsAreBack(): Promise<boolean> {
  const read = (...args: string[]) => kubectl(['--namespace', CLUSTER, 'get', ...args]);
  const ready = String.raw`jsonpath={.items[*].status.readyReplicas}`;
  const ids = String.raw`jsonpath={.items[*].metadata.labels.ceph_daemon_id}`;
  const [readyMgrs, labelled, active] = await Promise.all([
    read('deployments', '--selector', 'app=rook-ceph-mgr', '--output', ready),
    read('pods', '--selector', 'app=rook-ceph-mgr,mgr_role=active', '--output', ids),
    askCeph<{ active_name: string }>(CLUSTER, 'mgr', 'stat'),
  ]);
  return readyMgrs === '1 1' && labelled === active.active_name;
}

/** The toolbox is one of the pods that start again. */
async function isHealthy(): Promise<boolean> {
  const status = await readStatus(CLUSTER).catch(() => undefined);
  return status?.health.status === 'HEALTH_OK' && status.osdmap.num_up_osds === 6;
}
