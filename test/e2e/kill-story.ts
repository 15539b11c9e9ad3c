import { expect } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { readStatus } from '../../deploy/demo/health.ts';
import { pullDisk } from '../../deploy/lab/hardware.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { replaceDiskContract, type ReplaceDiskResult } from '../../src/contract/replace-disk.ts';
import { teardownContract, type TeardownResult } from '../../src/contract/teardown.ts';
import { expectExampleCluster, shapeOf } from './cluster.ts';
import { deviceRows, idOf, plug, type TestDisk } from './disks.ts';
import { untilOccasion } from './history.ts';
import { givesBack, writeKeptObject } from './kept-object.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { Operation } from './operation.ts';
import { strikesOf, type Strike } from './seeds.ts';
import { approveDisk, nameOf, untilSwapIsAsked } from './swap.ts';
import { kill, killAgentsInsideMkfs } from './victims.ts';

/** From the approval to the end, with every wait that a kill costs: heartbeat timeouts, restarts and Kubernetes' own backoff. */
const END_WITHIN_SECONDS = 480;

/**
 * One bootstrap of the example with the kills of a seed, each at its moment by the history's own events. Whatever was killed, it ends by
 * itself, without a person, in the cluster that an undisturbed one makes.
 */
export async function bootstrapUnderKills({ seed, mkfs }: { seed: number; mkfs: 'kill' | 'leave' }): Promise<void> {
  const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER });
  await operation.approve();
  const inMkfs = mkfs === 'kill' ? killAgentsInsideMkfs(END_WITHIN_SECONDS) : Promise.resolve(0);
  const [hit] = await Promise.all([inMkfs, strike(operation, strikesOf('bootstrap', seed))]);
  if (mkfs === 'kill') expect(hit).toBeGreaterThan(0);
  const { outcome } = await operation.result(END_WITHIN_SECONDS);
  expect(outcome).toBe('done');
  await expectExampleCluster(CLUSTER);
  await expectOneIdentity();
}

/** The same for the disk of an OSD that is replaced by hands between the kills: it keeps its id, and no byte is lost. */
export async function replacementUnderKills({ seed, node }: { seed: number; node: string }): Promise<void> {
  const before = await shapeOf(CLUSTER);
  const written = await writeKeptObject(CLUSTER);
  const old = (await deviceRows(CLUSTER)).find((row) => row.node === node && row.osdId !== undefined);
  const osd = old?.osdId ?? Number.NaN;
  const operation = await Operation.start(replaceDiskContract, { cluster: CLUSTER, osd });
  await operation.approve();
  const hands = async (): Promise<TestDisk> => {
    await untilSwapIsAsked(operation, END_WITHIN_SECONDS);
    await pullDisk(node, nameOf(old?.id));
    const fresh = await plug(node);
    await approveDisk(operation, fresh, END_WITHIN_SECONDS);
    return fresh;
  };
  const [fresh] = await Promise.all([hands(), strike(operation, strikesOf('replace-disk', seed))]);
  expect(await operation.result<ReplaceDiskResult>(END_WITHIN_SECONDS)).toMatchObject({
    outcome: 'done',
    osd,
    newDisk: idOf(fresh),
  });
  expect(await shapeOf(CLUSTER)).toEqual(before);
  expect(await givesBack(CLUSTER, written)).toBe(true);
}

/** The same for a teardown of the example: nothing is left, and nothing is owed. */
export async function teardownUnderKills(seed: number): Promise<void> {
  const operation = await Operation.start(teardownContract, { cluster: CLUSTER, data: 'destroy' });
  await operation.approve({ cluster: CLUSTER });
  await strike(operation, strikesOf('teardown', seed));
  const { outcome, wipedDisks, owed } = await operation.result<TeardownResult>(END_WITHIN_SECONDS);
  expect({ outcome, owed }).toEqual({ outcome: 'done', owed: [] });
  expect(wipedDisks).toHaveLength(6);
  await expectNothingLeft();
}

async function strike(operation: Operation, strikes: Strike[]): Promise<void> {
  for (const one of strikes) {
    await untilOccasion(operation, one);
    await kill(one.victim);
  }
}

/** One fsid everywhere, and every disk is the OSD of one id. */
async function expectOneIdentity(): Promise<void> {
  const { fsid } = await readStatus(CLUSTER);
  const look = await Operation.start(bootstrapContract, { cluster: CLUSTER });
  expect((await look.result()).outcome).toBe('nothing-to-do');
  const rows = await deviceRows(CLUSTER);
  expect(rows.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 6 }, () => 'in-use'));
  expect(new Set(rows.map(({ osdId }) => osdId))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  for (const { evidence } of rows) expect(evidence.join()).toContain(`of cluster ${fsid}`);
}
