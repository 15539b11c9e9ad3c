import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { askCeph } from '../../deploy/demo/kubectl.ts';
import { pullDisk } from '../../deploy/lab/hardware.ts';
import { until } from '../../deploy/lab/until.ts';
import { addDiskContract, type AddDiskResult } from '../../src/contract/add-disk.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { shapeOf } from './cluster.ts';
import { deviceRows, fingerprint, idOf, plug, type TestDisk } from './disks.ts';
import { exampleCluster, newDisksLeadTo } from './ground.ts';
import { untilOccasion } from './history.ts';
import { givesBack, writeKeptObject } from './kept-object.ts';
import { useLab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';
import { temporal } from './temporal.ts';
import { kill } from './victims.ts';

const NODE = 'n2';

let written: Buffer;
beforeAll(async () => {
  await exampleCluster(await useLab());
  written = await writeKeptObject(CLUSTER);
});
afterAll(async () => {
  await abortLeftovers();
  await newDisksLeadTo('ignore');
});

const addDisk = (more: object = {}): Promise<Operation> =>
  Operation.start(addDiskContract, { cluster: CLUSTER, node: NODE, ...more });

describe('a disk that is plugged into a host', () => {
  it('is asked about by its identity, becomes an OSD, and nothing else of the cluster changes', async () => {
    const before = await shapeOf(CLUSTER);
    const disk = await plug(NODE);
    const operation = await addDisk({ wait: 'clean' });
    const { plan } = await operation.approve();
    expect(plan?.steps.flatMap(({ id, targets }) => (id === `create-osds/${NODE}` ? targets : []))).toEqual([
      expect.stringContaining(idOf(disk)),
    ]);
    const result = await operation.result<AddDiskResult>();
    expect(result).toMatchObject({ outcome: 'done', osds: [{ id: 6, disk: idOf(disk) }] });
    const after = await shapeOf(CLUSTER);
    expect(after).toEqual({
      ...before,
      osds: [...before.osds, 6],
      maxOsd: 7,
      hosts: [...before.hosts, NODE].toSorted(),
      users: [...before.users, 'osd.6'].toSorted(),
      deployments: [...before.deployments, 'rook-ceph-osd-6'].toSorted(),
    });
    const { pgmap } = await askCeph<{ pgmap: { num_pgs: number; misplaced_objects?: number } }>(CLUSTER, 'status');
    expect(pgmap.misplaced_objects ?? 0).toBe(0);
    expect(await givesBack(CLUSTER, written)).toBe(true);
    const row = (await deviceRows(CLUSTER)).find(({ id }) => id === idOf(disk));
    expect(row).toMatchObject({ node: NODE, verdict: 'in-use', osdId: 6 });
  });

  it('is added once: neither add-disk nor bootstrap has anything to do afterwards', async () => {
    expect((await (await addDisk()).result()).outcome).toBe('nothing-to-do');
    const look = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    expect((await look.result()).outcome).toBe('nothing-to-do');
  });

  it('is left alone where something is on it, also when it is named: the operation waits with the reason', async () => {
    const disk = await plug(NODE);
    await execa('mkfs.ext4', ['-q', disk.device]);
    const content = await fingerprint(disk);
    const operation = await addDisk({ devices: [idOf(disk)] });
    const { step } = await operation.untilParked('plan');
    expect(step.because).toContain('DISK_NOT_ELIGIBLE');
    await operation.abort();
    expect(await fingerprint(disk)).toBe(content);
    await pullDisk(disk.node, disk.disk);
  });

  it.each(['ops-workers', 'agents'] as const)(
    'becomes an OSD once while %s are killed during its making',
    async (victim) => {
      const { osds: before } = await shapeOf(CLUSTER);
      const disk = await plug('n3');
      const operation = await addDisk({ node: 'n3', devices: [idOf(disk)] });
      await operation.approve();
      await untilOccasion(operation, { activity: 'createOsd', moment: 'during' });
      await kill(victim);
      const { outcome, osds = [] } = await operation.result<AddDiskResult>();
      expect({ outcome, disks: osds.map((osd) => osd.disk) }).toEqual({ outcome: 'done', disks: [idOf(disk)] });
      const after = await shapeOf(CLUSTER);
      expect(after.osds).toHaveLength(before.length + 1);
      expect(after.maxOsd).toBe(after.osds.length);
      expect(await givesBack(CLUSTER, written)).toBe(true);
    },
  );
});

/** A host of which no other test of this file changes the disks. */
const HOST = 'n1';
const ADD = `add-disk:${CLUSTER}:${HOST}`;
/** What the issue promises from the event to the table. */
const NOTICED_WITHIN_SECONDS = 60;

const isShown = async (disk: TestDisk): Promise<boolean> =>
  (await deviceRows(CLUSTER)).some(({ id, node }) => id === idOf(disk) && node === HOST);

async function runsOf(workflowId: string): Promise<number> {
  const { count } = await (await temporal()).workflow.count(`WorkflowId = "${workflowId}"`);
  return count;
}

describe('a disk that comes or goes', () => {
  let refused: TestDisk;

  it('is shown within a minute with nothing restarted, and asked about', async () => {
    await newDisksLeadTo('ask');
    refused = await plug(HOST);
    await until('the new disk is in the table', NOTICED_WITHIN_SECONDS, () => isShown(refused));
    const operation = await Operation.of(ADD);
    const { plan } = await operation.untilItComesAndAsks(30);
    expect(plan?.steps.flatMap(({ targets }) => targets).join()).toContain(idOf(refused));
    await operation.signal('reject', { by: 'e2e', reason: 'not now' });
    expect((await operation.result()).outcome).toBe('rejected');
  });

  it('is not taken along with the next one after a refusal; a question ends by itself where its disk is gone', async () => {
    const runs = await runsOf(ADD);
    const other = await plug(HOST);
    const operation = await Operation.of(ADD);
    const { plan } = await operation.untilItComesAndAsks(NOTICED_WITHIN_SECONDS);
    const formatted = plan?.steps.flatMap(({ id, targets }) => (id === `create-osds/${HOST}` ? targets : []));
    expect(formatted).toEqual([expect.stringContaining(idOf(other))]);
    await pullDisk(other.node, other.disk);
    await pullDisk(refused.node, refused.disk);
    await until('the question ends', NOTICED_WITHIN_SECONDS, () => operation.isClosed());
    expect(await operation.result()).toMatchObject({
      outcome: 'rejected',
      summary: expect.stringContaining('cephflow'),
    });
    expect(await isShown(other)).toBe(false);
    expect(await runsOf(ADD)).toBe(runs + 1);
  });

  it(
    'is added without a question where the document says so; twenty events in ten seconds are one operation',
    { timeout: 400_000 },
    async () => {
      const runs = await runsOf(ADD);
      await newDisksLeadTo('add');
      const began = Date.now();
      let disk = await plug(HOST);
      for (let count = 0; count < 10; count += 1) {
        await pullDisk(disk.node, disk.disk);
        disk = await plug(HOST);
      }
      expect(Date.now() - began).toBeLessThan(10_000);
      await until('the new disk carries an OSD', 180, async () =>
        (await deviceRows(CLUSTER)).some(({ id, osdId }) => id === idOf(disk) && osdId !== undefined),
      );
      const result = await (await Operation.of(ADD)).result<AddDiskResult>();
      expect(result).toMatchObject({ outcome: 'done', osds: [{ disk: idOf(disk) }] });
      expect(await runsOf(ADD)).toBe(runs + 1);
    },
  );
});
