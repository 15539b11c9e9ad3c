import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { askCeph } from '../../deploy/demo/kubectl.ts';
import { pullDisk } from '../../deploy/lab/hardware.ts';
import { replaceDiskContract, type ReplaceDiskResult } from '../../src/contract/replace-disk.ts';
import { shapeOf, type ClusterShape } from './cluster.ts';
import { deviceRows, fingerprint, plug, pullExtraDisks, type TestDisk } from './disks.ts';
import { exampleCluster, tearDown } from './ground.ts';
import { givesBack, writeKeptObject } from './kept-object.ts';
import { useLab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';
import { startSteadyClient } from './steady-client.ts';
import { untilOccasion } from './history.ts';

const NODE = 'n1';
const GIB = 2 ** 30;

let written: Buffer;
let before: ClusterShape;
let client: Awaited<ReturnType<typeof startSteadyClient>>;
beforeAll(async () => {
  await exampleCluster(await useLab());
  written = await writeKeptObject(CLUSTER);
  before = await shapeOf(CLUSTER);
  client = await startSteadyClient(CLUSTER);
});
afterAll(async () => {
  await abortLeftovers();
  await tearDown(CLUSTER);
  await pullExtraDisks();
});

const idOf = ({ file }: TestDisk): string => `loop:${file}`;
const osdsOn = async (node: string) =>
  (await deviceRows(CLUSTER)).filter((row) => row.node === node && row.osdId !== undefined);
const replacing = (osd: number, more: object = {}): Promise<Operation> =>
  Operation.start(replaceDiskContract, { cluster: CLUSTER, osd, ...more });

async function untilSwapIsAsked(operation: Operation): Promise<void> {
  await operation.untilState('waits for hands', ({ awaitingBecause }) => awaitingBecause.includes('swap now'), 180);
}

/** Approves the plan that names this disk. */
async function approveDisk(operation: Operation, disk: TestDisk): Promise<void> {
  const state = await operation.untilState(
    'asks about the new disk',
    ({ awaiting, plan }) =>
      awaiting === 'approval' && plan?.steps.some(({ targets }) => targets.join().includes(idOf(disk))) === true,
  );
  await operation.signal('approve', { plan: state.plan?.hash ?? '', by: 'e2e' });
}

async function weightOf(osd: number): Promise<number> {
  const { nodes } = await askCeph<{ nodes: { id: number; crush_weight?: number }[] }>(CLUSTER, 'osd', 'tree');
  return nodes.find(({ id }) => id === osd)?.crush_weight ?? Number.NaN;
}

describe('a disk that is replaced', () => {
  it(
    'gives its OSD id to the new disk, and no byte is lost; a disk with something on it is refused meanwhile',
    { timeout: 600_000 },
    async () => {
      const [row] = await osdsOn(NODE);
      const osd = row?.osdId ?? Number.NaN;
      const operation = await replacing(osd);
      await operation.approve();
      await untilSwapIsAsked(operation);
      expect(await givesBack(CLUSTER, written)).toBe(true);

      const used = await plug(NODE);
      await execa('mkfs.ext4', ['-q', used.device]);
      const content = await fingerprint(used);
      await operation.untilState('refuses the used disk', ({ findings }) =>
        findings.some(({ code }) => code === 'NEW_DISK_REFUSED'),
      );
      expect(await fingerprint(used)).toBe(content);
      await pullDisk(used.node, used.disk);

      const larger = await plug(NODE, 8 * GIB);
      await approveDisk(operation, larger);
      const result = await operation.result<ReplaceDiskResult>(400);
      expect(result).toMatchObject({ outcome: 'done', osd, newDisk: idOf(larger) });
      expect(await shapeOf(CLUSTER)).toEqual(before);
      expect(await weightOf(osd)).toBeCloseTo(8 / 1024, 3);
      expect((await osdsOn(NODE)).find(({ osdId }) => osdId === osd)?.id).toBe(idOf(larger));
      expect(await givesBack(CLUSTER, written)).toBe(true);
    },
  );

  it('that is dead is replaced when its data is restored from the other copies', { timeout: 600_000 }, async () => {
    const dead = (await osdsOn(NODE)).find(
      ({ id }) => id?.includes('/d3.') || id?.includes('/d4.') || id?.includes('/d5.'),
    );
    const osd = dead?.osdId ?? Number.NaN;
    const name = /\/(d\d+)\.img$/.exec(dead?.id ?? '')?.[1] ?? '';
    await pullDisk(NODE, name);
    const operation = await replacing(osd);
    await operation.approve();
    await untilSwapIsAsked(operation);
    const fresh = await plug(NODE);
    await approveDisk(operation, fresh);
    expect(await operation.result<ReplaceDiskResult>(400)).toMatchObject({
      outcome: 'done',
      osd,
      newDisk: idOf(fresh),
    });
    expect(await shapeOf(CLUSTER)).toEqual(before);
    expect(await givesBack(CLUSTER, written)).toBe(true);
  });

  it('stays in service where the operation is aborted while data moves', async () => {
    const [row] = await osdsOn('n2');
    const osd = row?.osdId ?? Number.NaN;
    const operation = await replacing(osd);
    await operation.approve();
    await untilOccasion(operation, { activity: 'outOsd', moment: 'after' });
    await operation.abort();
    expect(await shapeOf(CLUSTER)).toEqual(before);
  });

  it('lost no byte for a client that wrote and compared all the time', async () => {
    const { comparisons, differences } = await client.stop();
    expect(differences).toBe(0);
    expect(comparisons).toBeGreaterThan(50);
  });
});
