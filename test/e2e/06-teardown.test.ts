import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyExample, CLUSTER } from '../../deploy/demo/example.ts';
import { askCeph, inToolbox, kubectl } from '../../deploy/demo/kubectl.ts';
import { nodeDirectory } from '../../deploy/lab/record.ts';
import { labStatus } from '../../deploy/lab/status.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { LABEL_OFFSETS_BYTES } from '../../src/contract/disk.ts';
import { teardownContract, type TeardownResult } from '../../src/contract/teardown.ts';
import { expectExampleCluster } from './cluster.ts';
import { expectNothingMade } from './documents.ts';
import { exampleCluster } from './ground.ts';
import { untilOccasion } from './history.ts';
import { useLab, type Lab } from './lab.ts';
import { Operation } from './operation.ts';
import { openImage } from './open-image.ts';
import { readBytes } from './read-bytes.ts';
import { kill } from './victims.ts';

const VOLUME = 'e2e-volume';
const NODES = ['n1', 'n2', 'n3'];

let lab: Lab;
beforeAll(async () => {
  lab = await useLab();
  await exampleCluster(lab);
});

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
  it('takes everything away although workers and agents are killed on the way', async () => {
    const operation = await Operation.start(teardownContract, { cluster: CLUSTER, data: 'destroy' });
    await operation.approve({ cluster: CLUSTER });
    await untilOccasion(operation, { activity: 'stopDaemons', moment: 'during' });
    await kill('ops-workers');
    await untilOccasion(operation, { activity: 'wipeOwnDisk', moment: 'before' });
    await kill('agents');
    const result = await operation.result<TeardownResult>(420);
    expect(result.outcome).toBe('done');
    expect(result.wipedDisks).toHaveLength(6);
    expect(result.owed).toEqual([]);
  });

  it('leaves nothing on the hosts and nothing in the namespace', () => expectNothingLeft());

  it('finds nothing to do the second time', async () => {
    const operation = await Operation.start(teardownContract, { cluster: CLUSTER, data: 'destroy' });
    expect((await operation.result()).outcome).toBe('nothing-to-do');
    await expectNothingLeft();
  });
});

describe('teardown of a half-made cluster', () => {
  it('takes away what a terminated bootstrap left, also when the document is deleted', async () => {
    await applyExample(lab.kubernetes, lab.image);
    const bootstrap = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    await bootstrap.approve();
    await untilOccasion(bootstrap, { activity: 'createOsd', moment: 'after' });
    await bootstrap.handle.terminate('e2e: power of the person, not of the machine');
    await kubectl(['--namespace', CLUSTER, 'delete', 'cephcluster', CLUSTER, '--wait=false']);
    const { status } = JSON.parse(
      await kubectl(['--namespace', CLUSTER, 'get', 'cephcluster', CLUSTER, '-o', 'json']),
    ) as { status?: object };
    expect(status).toBeDefined();
    const teardown = await Operation.start(teardownContract, { cluster: CLUSTER, data: 'destroy' });
    await teardown.approve({ cluster: CLUSTER });
    expect((await teardown.result()).outcome).toBe('done');
    await expectNothingLeft();
    const documents = await kubectl(['--namespace', CLUSTER, 'get', 'cephclusters', '--output', 'name']);
    expect(documents.trim()).toBe('');
  });

  it('leaves disks on which bootstrap works again without any help', async () => {
    await exampleCluster(lab);
    await expectExampleCluster(CLUSTER);
    const { osds } = await askCeph<{ osds: { osd: number }[] }>(CLUSTER, 'osd', 'dump');
    expect(osds).toHaveLength(6);
  });
});

/** Reads every disk, directory and object anew: the operation's own word is not asked. */
async function expectNothingLeft(): Promise<void> {
  const { nodes } = (await labStatus()) ?? { nodes: [] };
  const disks = nodes.flatMap((node) => node.disks);
  expect(disks).toHaveLength(6);
  for (const { device = '', file, sizeBytes } of disks) {
    for (const offset of LABEL_OFFSETS_BYTES.filter((place) => place < sizeBytes)) {
      const bytes = await readBytes(file, offset, 4096);
      expect(bytes.equals(Buffer.alloc(4096)), `${device} has bytes at its label place ${offset}`).toBe(true);
    }
    const { stdout } = await execa('wipefs', ['--no-act', '--parsable', device]);
    expect(stdout).toBe('');
  }
  for (const node of NODES) expect(await readdir(join(nodeDirectory(node), 'rook'))).toEqual([]);
  await expectNothingMade(CLUSTER, ['services/rook-ceph-mgr-dashboard-external']);
}

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
