import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { inToolbox, kubectl } from '../../deploy/demo/kubectl.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { teardownContract } from '../../src/contract/teardown.ts';
import { expectExampleCluster } from './cluster.ts';
import { exampleCluster, freshGround } from './ground.ts';
import { untilOccasion } from './history.ts';
import { teardownUnderKills } from './kill-story.ts';
import { useLab, type Lab } from './lab.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { abortLeftovers, Operation } from './operation.ts';
import { openImage } from './open-image.ts';
import { strikesOf, tellStrikes } from './seeds.ts';

const VOLUME = 'e2e-volume';
const DOCUMENT = { apiVersion: 'ceph.rook.io/v1', kind: 'CephCluster', name: CLUSTER, namespace: CLUSTER };
const SEED = Number(process.env['E2E_SEED'] ?? 1);
const strikes = tellStrikes(strikesOf('teardown', SEED));

let lab: Lab;
beforeAll(async () => {
  lab = await useLab();
  await exampleCluster(lab);
});
afterAll(abortLeftovers);

describe('teardown of a cluster that is in use', () => {
  it('waits, naming every user, until nobody uses it any more; then tells what will be lost', async () => {
    await inToolbox(CLUSTER, ['ceph', 'osd', 'pool', 'create', 'users', '8']);
    await inToolbox(CLUSTER, ['rbd', 'pool', 'init', 'users']);
    await inToolbox(CLUSTER, ['rbd', 'create', '--size', '16M', 'users/image']);
    const image = await openImage(CLUSTER, 'users/image');
    await kubectl(['apply', '--filename', '-'], { input: JSON.stringify(volumeOnTheCluster()) });
    const operation = await Operation.start(teardownContract, { cluster: CLUSTER, data: 'destroy' });
    const { step } = await operation.untilParked('plan');
    expect(step.because).toContain('CLUSTER_IN_USE');
    expect(step.because).toContain('users/image');
    expect(step.because).toContain(VOLUME);
    await image.close();
    await kubectl(['delete', 'persistentvolume', VOLUME]);
    await operation.retry(step);
    const { state } = await operation.untilAsked();
    expect(
      state.plan?.steps.filter(({ id }) => id.startsWith('wipe-disks/')).flatMap(({ targets }) => targets),
    ).toHaveLength(6);
    await operation.signal('reject', { by: 'e2e', reason: 'the next story approves' });
    await operation.result();
    await expectExampleCluster(CLUSTER);
  });
});

describe('teardown, approved by the cluster’s name', () => {
  it(`takes everything away although workers, agents, API server and Temporal are killed (seed ${SEED}: ${strikes})`, () =>
    teardownUnderKills(SEED));

  it('finds nothing to do the second time', async () => {
    const operation = await Operation.start(teardownContract, { cluster: CLUSTER, data: 'destroy' });
    expect((await operation.result()).outcome).toBe('nothing-to-do');
    await expectNothingLeft();
  });
});

describe('teardown of a half-made cluster', () => {
  it('takes away what a terminated bootstrap left, also when the document is deleted', async () => {
    await freshGround(lab);
    const bootstrap = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    await bootstrap.approve();
    await untilOccasion(bootstrap, { activity: 'createOsd', moment: 'after' });
    await bootstrap.handle.terminate('e2e: power of the person, not of the machine');
    await kubectl(['--namespace', CLUSTER, 'delete', 'cephcluster', CLUSTER, '--wait=false']);
    const document = await lab.kubernetes.read(DOCUMENT);
    expect(document?.metadata.deletionTimestamp).toBeDefined();
    const teardown = await Operation.start(teardownContract, { cluster: CLUSTER, data: 'destroy' });
    // What the terminated bootstrap had begun may still have been going on when the first plan was made.
    expect((await teardown.approveEach({ cluster: CLUSTER })).outcome).toBe('done');
    await expectNothingLeft();
    expect(await lab.kubernetes.read(DOCUMENT)).toBeUndefined();
  });
});

const volumeOnTheCluster = () => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: VOLUME },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    csi: {
      driver: `${CLUSTER}.rbd.csi.ceph.com`,
      volumeHandle: '0001-0009-rook-ceph-0000000000000001-e2e',
      volumeAttributes: { clusterID: CLUSTER, pool: 'users' },
    },
  },
});
