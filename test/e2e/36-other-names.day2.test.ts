import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { untilHealthy } from '../../deploy/demo/health.ts';
import { addNode, pullDisk, removeNode, restartWithOtherNames } from '../../deploy/lab/hardware.ts';
import { labStatus } from '../../deploy/lab/status.ts';
import { until } from '../../deploy/lab/until.ts';
import { addDiskContract, type AddDiskResult } from '../../src/contract/add-disk.ts';
import { addNodeContract } from '../../src/contract/add-node.ts';
import { removeDiskContract, type RemoveDiskResult } from '../../src/contract/remove-disk.ts';
import { replaceDiskContract, type ReplaceDiskResult } from '../../src/contract/replace-disk.ts';
import { deviceRows, idOf, plug, twoDisksPerNode } from './disks.ts';
import { approveDisk, nameOf, untilSwapIsAsked } from './swap.ts';
import { exampleCluster, tearDown } from './ground.ts';
import { untilOccasion, type Occasion } from './history.ts';
import { givesBack, writeKeptObject } from './kept-object.ts';
import { useLab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';

/** With the restart of a host in the middle: its pods, its agent and peering come on top. */
const END_WITHIN_SECONDS = 480;
const STORY = { timeout: 900_000 };

let written: Buffer;
beforeAll(async () => {
  await exampleCluster(await useLab());
  written = await writeKeptObject(CLUSTER);
});
afterEach(async () => {
  await untilHealthy(CLUSTER);
  expect(await givesBack(CLUSTER, written)).toBe(true);
});
afterAll(async () => {
  await abortLeftovers();
  await tearDown(CLUSTER);
  await removeNode('n4');
  await twoDisksPerNode();
});

const namesOn = async (host: string): Promise<Map<string, string | undefined>> => {
  const { nodes } = (await labStatus()) ?? { nodes: [] };
  return new Map(nodes.find(({ name }) => name === host)?.disks.map(({ name, device }) => [name, device]));
};

/** Restarts the host at that moment; afterwards every one of its disks has the name that another one had. */
async function restartAt(operation: Operation, node: string, occasion: Occasion): Promise<void> {
  await untilOccasion(operation, occasion);
  const before = await namesOn(node);
  await restartWithOtherNames(node);
  const after = await namesOn(node);
  expect(new Set(after.values())).toEqual(new Set(before.values()));
  for (const [disk, device] of after) expect(device).not.toBe(before.get(disk));
}

describe('where a host starts again with other names of its disks in the middle of an operation', () => {
  it('add-disk makes the OSD on the disk that was approved', STORY, async () => {
    const disk = await plug('n2');
    const operation = await Operation.start(addDiskContract, { cluster: CLUSTER, node: 'n2' });
    await operation.approve();
    await restartAt(operation, 'n2', { activity: 'createOsd', moment: 'during' });
    expect(await operation.result<AddDiskResult>(END_WITHIN_SECONDS)).toMatchObject({
      outcome: 'done',
      osds: [{ id: 6, disk: idOf(disk) }],
    });
  });

  it('remove-disk wipes the disk of that OSD and no other', STORY, async () => {
    const row = (await deviceRows(CLUSTER)).find(({ osdId }) => osdId === 6);
    const operation = await Operation.start(removeDiskContract, { cluster: CLUSTER, osd: 6, wipe: true });
    await operation.approve();
    await restartAt(operation, 'n2', { activity: 'untilSafeToDestroy', moment: 'during' });
    expect(await operation.result<RemoveDiskResult>(END_WITHIN_SECONDS)).toMatchObject({
      outcome: 'done',
      disk: row?.id,
      wiped: true,
    });
    await until('the table shows it removed and the others in use', 60, async () => {
      const rows = await deviceRows(CLUSTER);
      return (
        rows.filter(({ verdict }) => verdict === 'in-use').length === 6 &&
        rows.some(({ id, reasons }) => id === row?.id && reasons.includes('REMOVED'))
      );
    });
  });

  it('replace-disk empties the right one, and knows the new one whatever it is called', STORY, async () => {
    const old = (await deviceRows(CLUSTER)).find(({ node, osdId }) => node === 'n1' && osdId !== undefined);
    const operation = await Operation.start(replaceDiskContract, { cluster: CLUSTER, osd: old?.osdId ?? Number.NaN });
    await operation.approve();
    await restartAt(operation, 'n1', { activity: 'untilSafeToDestroy', moment: 'during' });
    await untilSwapIsAsked(operation, END_WITHIN_SECONDS);
    await restartAt(operation, 'n1', { activity: 'untilNewDisk', moment: 'before' });
    await pullDisk('n1', nameOf(old?.id));
    const fresh = await plug('n1');
    await approveDisk(operation, fresh);
    expect(await operation.result<ReplaceDiskResult>(END_WITHIN_SECONDS)).toMatchObject({
      outcome: 'done',
      osd: old?.osdId,
      newDisk: idOf(fresh),
    });
  });

  it('add-node makes its OSDs on the disks that were approved', STORY, async () => {
    await addNode('n4');
    const operation = await Operation.start(addNodeContract, { cluster: CLUSTER, node: 'n4', pace: 'fast' });
    await operation.approve();
    await restartAt(operation, 'n4', { activity: 'createOsd', moment: 'during' });
    expect((await operation.result(END_WITHIN_SECONDS)).outcome).toBe('done');
    const rows = (await deviceRows(CLUSTER)).filter(({ node }) => node === 'n4');
    expect(rows.map(({ verdict }) => verdict)).toEqual(['in-use', 'in-use']);
  });
});
