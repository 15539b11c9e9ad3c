import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { pullDisk } from '../../deploy/lab/hardware.ts';
import { until } from '../../deploy/lab/until.ts';
import { addDiskContract, type AddDiskResult } from '../../src/contract/add-disk.ts';
import { removeDiskContract, type RemoveDiskResult } from '../../src/contract/remove-disk.ts';
import { replaceDiskContract, type ReplaceDiskResult } from '../../src/contract/replace-disk.ts';
import type { Json } from '../../src/contract/finding.ts';
import { shapeOf } from './cluster.ts';
import { deviceRows, idOf, plug, type TestDisk } from './disks.ts';
import { leaveCluster } from './ground.ts';
import { activitiesOf, untilOccasion, type Occasion } from './history.ts';
import { givesBack } from './kept-object.ts';
import { Operation } from './operation.ts';
import { approveDisk, nameOf, untilSwapIsAsked } from './swap.ts';
import { watchedCluster, type WatchedCluster } from './watched-cluster.ts';

type Ending = 'cancel' | 'abort' | 'terminate';
type Case = [Ending, Occasion];

const NODE = 'n1';
/** A running write is let finish before a cancelled operation ends. */
const ENDS_WITHIN_SECONDS = 180;
const STORY = { timeout: 600_000 };

let written: WatchedCluster['written'];
let before: WatchedCluster['before'];
let client: WatchedCluster['client'];
beforeAll(async () => {
  ({ written, before, client } = await watchedCluster());
});
afterAll(leaveCluster);

/**
 * Ends it at that moment; after an activity, paused first, so that no further step is over before the end arrives. What an abort or a
 * cancellation has to put back is put back when it has ended.
 */
async function endAt(operation: Operation, ending: Ending, occasion: Occasion): Promise<void> {
  if (occasion.moment === 'after') {
    await untilOccasion(operation, { ...occasion, moment: 'before' });
    await operation.update('pause', { by: 'e2e' });
  }
  await untilOccasion(operation, occasion);
  if (ending === 'abort') await operation.abort();
  else if (ending === 'cancel') await operation.handle.cancel();
  else await operation.handle.terminate('e2e');
  await until(`${operation.handle.workflowId} has ended`, ENDS_WITHIN_SECONDS, () => operation.isClosed());
}

async function endedAt(
  contract: Parameters<typeof Operation.start>[0],
  input: Record<string, Json>,
  [ending, occasion]: Case,
): Promise<void> {
  const operation = await Operation.start(contract, { cluster: CLUSTER, ...input });
  await operation.approve();
  await endAt(operation, ending, occasion);
}

describe('remove-disk that is ended before its time', () => {
  let freed = '';
  const target = async (): Promise<{ osd: number; wipe: true }> => ({
    osd:
      (await deviceRows(CLUSTER)).find(({ node, osdId }) => node === NODE && osdId !== undefined)?.osdId ?? Number.NaN,
    wipe: true,
  });

  const reversible: Case[] = [
    ['cancel', { activity: 'drainOsd', moment: 'after' }],
    ['abort', { activity: 'untilSafeToDestroy', moment: 'during' }],
  ];
  it.each(reversible)('by %s at %o leaves the cluster as it was', STORY, async (...end) => {
    await endedAt(removeDiskContract, await target(), end);
    expect(await shapeOf(CLUSTER)).toEqual(before);
  });

  it('goes on where it was ended, at every step, and then the disk is free', STORY, async () => {
    const going = await target();
    freed = (await deviceRows(CLUSTER)).find(({ osdId }) => osdId === going.osd)?.id ?? '';
    const ends: Case[] = [
      ['terminate', { activity: 'untilSafeToDestroy', moment: 'during' }],
      ['cancel', { activity: 'stopOsd', moment: 'after' }],
      ['abort', { activity: 'purgeOsd', moment: 'after' }],
    ];
    for (const end of ends) await endedAt(removeDiskContract, going, end);
    const operation = await Operation.start(removeDiskContract, { cluster: CLUSTER, ...going });
    await operation.approve();
    expect(await operation.result<RemoveDiskResult>(400)).toMatchObject({
      outcome: 'done',
      wiped: true,
      disk: freed,
    });
    expect(await givesBack(CLUSTER, written)).toBe(true);
  });

  it('is undone by add-disk on purpose, which goes on where it was ended as well', STORY, async () => {
    const adding = { node: NODE, devices: [freed] };
    await endedAt(addDiskContract, adding, ['cancel', { activity: 'createOsd', moment: 'during' }]);
    const operation = await Operation.start(addDiskContract, { cluster: CLUSTER, ...adding });
    await operation.approve();
    expect(await operation.result<AddDiskResult>(400)).toMatchObject({ outcome: 'done', osds: [{ disk: freed }] });
    expect(await shapeOf(CLUSTER)).toEqual(before);
  });
});

describe('replace-disk that is ended before its time', () => {
  const target = async (): Promise<{ osd: number; old: string }> => {
    const row = (await deviceRows(CLUSTER)).find(({ node, osdId }) => node === NODE && osdId !== undefined);
    return { osd: row?.osdId ?? Number.NaN, old: nameOf(row?.id) };
  };

  const reversible: Case[] = [
    ['cancel', { activity: 'outOsd', moment: 'after' }],
    ['abort', { activity: 'untilSafeToDestroy', moment: 'during' }],
  ];
  it.each(reversible)('by %s at %o leaves the cluster as it was', STORY, async (...end) => {
    const { osd } = await target();
    await endedAt(replaceDiskContract, { osd }, end);
    expect(await shapeOf(CLUSTER)).toEqual(before);
  });

  it('goes on where it was ended, at every step', STORY, async () => {
    const { osd, old } = await target();
    const ends: Case[] = [
      ['terminate', { activity: 'untilSafeToDestroy', moment: 'during' }],
      ['cancel', { activity: 'stopOsd', moment: 'after' }],
      ['abort', { activity: 'destroyOsd', moment: 'after' }],
    ];
    for (const end of ends) await endedAt(replaceDiskContract, { osd }, end);
    // From here on only its new disk is asked about.
    const waiting = await Operation.start(replaceDiskContract, { cluster: CLUSTER, osd });
    await endAt(waiting, 'cancel', { activity: 'untilNewDisk', moment: 'during' });
    await pullDisk(NODE, old);
    const fresh = await swappedThenEnded(osd, ['cancel', { activity: 'createOsd', moment: 'during' }]);
    await madeAndNotStarted(osd, fresh);
    const last = await Operation.start(replaceDiskContract, { cluster: CLUSTER, osd });
    await approveDisk(last, fresh);
    expect(await last.result<ReplaceDiskResult>(400)).toMatchObject({ outcome: 'done', osd, newDisk: idOf(fresh) });
    expect(await shapeOf(CLUSTER)).toEqual(before);
    expect(await givesBack(CLUSTER, written)).toBe(true);
  });

  async function swappedThenEnded(osd: number, [ending, occasion]: Case): Promise<TestDisk> {
    const operation = await Operation.start(replaceDiskContract, { cluster: CLUSTER, osd });
    await untilSwapIsAsked(operation);
    const fresh = await plug(NODE);
    await approveDisk(operation, fresh);
    await endAt(operation, ending, occasion);
    return fresh;
  }

  async function madeAndNotStarted(osd: number, disk: TestDisk): Promise<void> {
    const operation = await Operation.start(replaceDiskContract, { cluster: CLUSTER, osd });
    await approveDisk(operation, disk);
    await endAt(operation, 'terminate', { activity: 'createOsd', moment: 'after' });
    expect((await activitiesOf(operation)).map(({ activity }) => activity)).not.toContain('startOsds');
  }
});

it('no byte is lost for a client that wrote and compared all the time', async () => {
  const { comparisons, differences, different } = await client.stop();
  expect({ differences, different }).toEqual({ differences: 0, different: [] });
  expect(comparisons).toBeGreaterThan(50);
});
