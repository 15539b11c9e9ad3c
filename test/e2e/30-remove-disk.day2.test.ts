import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { until } from '../../deploy/lab/until.ts';
import { addDiskContract, type AddDiskResult } from '../../src/contract/add-disk.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { removeDiskContract, type RemoveDiskResult } from '../../src/contract/remove-disk.ts';
import { shapeOf, weightOf, type ClusterShape } from './cluster.ts';
import { deviceRows, idOf, plug, type TestDisk } from './disks.ts';
import { exampleCluster, leaveCluster } from './ground.ts';
import { untilOccasion } from './history.ts';
import { givesBack, writeKeptObject } from './kept-object.ts';
import { useLab } from './lab.ts';
import { Operation } from './operation.ts';
import { kill } from './victims.ts';

const NODE = 'n2';

let written: Buffer;
let before: ClusterShape;
let disk: TestDisk;
beforeAll(async () => {
  await exampleCluster(await useLab());
  written = await writeKeptObject(CLUSTER);
  before = await shapeOf(CLUSTER);
  disk = await plug(NODE);
});
afterAll(leaveCluster);

const id = (): string => idOf(disk);

async function addIt(): Promise<number> {
  const operation = await Operation.start(addDiskContract, { cluster: CLUSTER, node: NODE, devices: [id()] });
  await operation.approve();
  const { osds = [] } = await operation.result<AddDiskResult>();
  return osds[0]?.id ?? Number.NaN;
}

const removing = (osd: number, more: object = {}): Promise<Operation> =>
  Operation.start(removeDiskContract, { cluster: CLUSTER, osd, wipe: true, ...more });

const rowOfDisk = async () => (await deviceRows(CLUSTER)).find((row) => row.id === id());

describe('an OSD that is removed', () => {
  it('goes for good with its key, place and disk, and the cluster is what it was before it came', async () => {
    const osd = await addIt();
    const operation = await removing(osd);
    await operation.approve();
    const result = await operation.result<RemoveDiskResult>();
    expect(result).toMatchObject({ outcome: 'done', osd, disk: id(), wiped: true });
    expect({ ...(await shapeOf(CLUSTER)), maxOsd: before.maxOsd }).toEqual(before);
    expect(await givesBack(CLUSTER, written)).toBe(true);
  });

  it('is not taken again by bootstrap or add-disk, and is shown as removed', async () => {
    const look = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    expect((await look.result()).outcome).toBe('nothing-to-do');
    const add = await Operation.start(addDiskContract, { cluster: CLUSTER, node: NODE });
    expect((await add.result()).outcome).toBe('nothing-to-do');
    expect(await rowOfDisk()).toMatchObject({ verdict: 'rejected', reasons: ['REMOVED'] });
  });

  it('comes back where it is added on purpose', async () => {
    await addIt();
    expect(await rowOfDisk()).toMatchObject({ verdict: 'in-use' });
    expect((await shapeOf(CLUSTER)).hosts).toEqual([...before.hosts, NODE].toSorted());
  });

  it('gets its weight back where the operation is aborted while data moves', async () => {
    const osd = (await rowOfDisk())?.osdId ?? Number.NaN;
    const weight = await weightOf(CLUSTER, osd);
    const operation = await removing(osd);
    await operation.approve();
    await untilOccasion(operation, { activity: 'drainOsd', moment: 'after' });
    await operation.abort();
    expect(await weightOf(CLUSTER, osd)).toBe(weight);
    expect(await givesBack(CLUSTER, written)).toBe(true);
  });

  it('goes all the same where agents and ops workers are killed on the way', async () => {
    const osd = (await rowOfDisk())?.osdId ?? Number.NaN;
    const operation = await removing(osd, { wipe: false });
    await operation.approve();
    await untilOccasion(operation, { activity: 'untilSafeToDestroy', moment: 'during' });
    await kill('agents');
    await untilOccasion(operation, { activity: 'stopOsd', moment: 'during' });
    await kill('ops-workers');
    expect(await operation.result<RemoveDiskResult>()).toMatchObject({ outcome: 'done', osd, wiped: false });
    expect({ ...(await shapeOf(CLUSTER)), maxOsd: before.maxOsd }).toEqual(before);
    await until('the row of the disk tells that it was removed', 60, async () => {
      const { verdict, reasons = [] } = (await rowOfDisk()) ?? {};
      return verdict === 'rejected' && reasons.includes('REMOVED');
    });
    expect(await givesBack(CLUSTER, written)).toBe(true);
  });

  it('is refused where a pool would lose a host: pool and number are named', async () => {
    const onNode = (await deviceRows(CLUSTER)).filter(({ node, osdId }) => node === NODE && osdId !== undefined);
    const [first, second] = onNode.map(({ osdId }) => osdId ?? Number.NaN);
    const one = await removing(first ?? Number.NaN, { wipe: true });
    await one.approve();
    expect((await one.result()).outcome).toBe('done');
    const other = await removing(second ?? Number.NaN);
    const { step } = await other.untilParked('plan');
    expect(step.because).toMatch(/REDUNDANCY_LOST: The pool \S+ keeps 3 copies on different hosts/);
    await other.abort();
  });
});
