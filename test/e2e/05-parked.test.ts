import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { inToolbox, kubectl } from '../../deploy/demo/kubectl.ts';
import { inNode } from '../../deploy/lab/namespaces.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { teardownContract } from '../../src/contract/teardown.ts';
import { expectExampleCluster, shapeOf } from './cluster.ts';
import { plug, twoDisksPerNode } from './disks.ts';
import { applyDocument, documentWith, removeNamespace } from './documents.ts';
import { exampleCluster, tearDown } from './ground.ts';
import { approveThenPause } from './history.ts';
import { givesBack, writeKeptObject } from './kept-object.ts';
import { useLab, type Lab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';

/** A second cluster beside the example's, on the same hosts: it gets one fresh disk of each, and must leave the others alone. */
const OTHER = 'other-ceph';

const blockMons = ['FORWARD', '--protocol', 'tcp', '--match', 'multiport', '--ports', '3300,6789', '--jump', 'DROP'];
/** An OSD binds four times: with one port it ends, and says so. */
const tooFewPorts = { ms_bind_port_min: '6800', ms_bind_port_max: '6800', ms_bind_retry_delay: '0' };
const taint = 'e2e.cephflow.io/closed=true:NoSchedule';

/** One operation, led from one fault into the next: each parks it with the fault's own reason, and the cure lets it go on. */
describe('an operation that meets a fault parks with its reason and goes on after the cure', () => {
  let lab: Lab;
  let operation: Operation;

  beforeAll(async () => {
    lab = await useLab();
    await exampleCluster(lab);
    for (const node of ['n1', 'n2', 'n3']) await plug(node);
  });
  afterAll(async () => {
    await openRoads();
    await abortLeftovers();
    await tearDown(OTHER);
    await removeNamespace(lab.kubernetes, OTHER);
    await twoDisksPerNode();
  });

  let brokenAt: string | undefined;
  beforeEach(({ task }) => {
    if (brokenAt !== undefined) throw new Error(`The chain broke before: ${brokenAt}`);
    onTestFailed(() => {
      brokenAt = task.name;
    });
  });

  it('an image that cannot be pulled', async () => {
    const absent = 'localhost/ceph:99.9.9';
    await applyDocument(lab.kubernetes, await documentWith(absent, {}, OTHER));
    operation = await Operation.start(bootstrapContract, { cluster: OTHER });
    const { step } = await operation.untilParked('plan');
    expect(step.because).toContain(absent);
    expect(step.because).toMatch(/image/i);
    await applyDocument(lab.kubernetes, await documentWith(lab.image, {}, OTHER));
    await operation.retry(step);
    const { state } = await operation.untilAsked();
    const formatted = state.plan?.steps
      .filter(({ risk }) => risk === 'destroys-data')
      .flatMap(({ targets }) => targets);
    expect(formatted).toHaveLength(3);
    for (const target of formatted ?? []) expect(target).toMatch(/\/d\d+\.img:/);
    for (const own of ['d1.img', 'd2.img']) expect(formatted?.join()).not.toContain(own);
  });

  it('a mon pod that no node takes', async () => {
    await approveThenPause(operation);
    await kubectl(['taint', 'node', 'n3', taint]);
    await inNode('n2', ['iptables', '--insert', ...blockMons]);
    await operation.resume();
    const { step } = await operation.untilParked('start-mons');
    expect(step.because).toContain('rook-ceph-mon-');
    expect(step.because).toContain('untolerated taint');
    await kubectl(['taint', 'node', 'n3', `${taint}-`]);
    await operation.retry(step);
  });

  it('a mon that does not join', async () => {
    const { step } = await operation.untilParked('start-mons', 420);
    expect(step.because).toMatch(/did not join/);
    expect(step.attempt).toBe(2);
  });

  it('meanwhile a second operation on the cluster waits and names the holder', async () => {
    const second = await Operation.start(teardownContract, { cluster: OTHER, data: 'destroy' });
    await second.approve({ cluster: OTHER });
    const { awaitingBecause } = await second.untilState(
      'waits for the first',
      ({ awaiting }) => awaiting === 'operation',
    );
    expect(awaitingBecause).toContain(`bootstrap:${OTHER}`);
    await second.abort();
  });

  it('an OSD pod that no node takes', async () => {
    await inNode('n2', ['iptables', '--delete', ...blockMons]);
    await kubectl(['taint', 'node', 'n2', taint]);
    const { steps } = (await operation.state()) ?? { steps: [] };
    const parked = steps.find(({ id }) => id === 'start-mons');
    if (parked === undefined) throw new Error('start-mons is gone');
    await operation.retry(parked);
    const { step } = await operation.untilParked('create-osds/n2', 420);
    expect(step.because).toMatch(/osd[-.]\d/);
    expect(step.because).toContain('untolerated taint');
    const osd = /osd[-.](\d+)/.exec(step.because ?? '')?.[1];
    for (const [option, value] of Object.entries(tooFewPorts))
      await inToolbox(OTHER, ['ceph', 'config', 'set', `osd.${osd}`, option, value]);
    await kubectl(['taint', 'node', 'n2', `${taint}-`]);
    await operation.retry(step);
  });

  it('an OSD that crashes', async () => {
    const { step } = await operation.untilParked('create-osds/n2', 420);
    const osd = /osd[-.](\d+)/.exec(step.because ?? '')?.[1];
    expect(step.because).toMatch(/exit|crash/i);
    expect(step.because).toMatch(/bind/);
    for (const option of Object.keys(tooFewPorts))
      await inToolbox(OTHER, ['ceph', 'config', 'rm', `osd.${osd}`, option]);
    await operation.retry(step);
  });

  it('and in the end the cluster is what its document asks for, beside the other one', async () => {
    const { outcome } = await operation.result();
    expect(outcome).toBe('done');
    expect(await shapeOf(OTHER)).toMatchObject({
      quorum: ['a', 'b', 'c'],
      osds: [0, 1, 2],
      maxOsd: 3,
      hosts: ['n1', 'n2', 'n3'],
    });
  });

  it('and is torn down again without harm to the other one, which serves its data all through', async () => {
    const written = await writeKeptObject(CLUSTER);
    await tearDown(OTHER);
    expect(await givesBack(CLUSTER, written)).toBe(true);
    await expectExampleCluster(CLUSTER);
  });
});

/** Takes the faults away, also those of a story that failed before its cure. */
async function openRoads(): Promise<void> {
  await kubectl(['taint', 'nodes', '--all', `${taint}-`]).catch(ignoreAbsent);
  await inNode('n2', ['iptables', '--delete', ...blockMons]).catch(ignoreAbsent);
}

/** Both commands fail when there is nothing to take away, which is what is wanted. */
const ignoreAbsent = (): void => undefined;
