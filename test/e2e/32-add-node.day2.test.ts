import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { askCeph, kubectl } from '../../deploy/demo/kubectl.ts';
import { addNode, removeNode } from '../../deploy/lab/hardware.ts';
import { addNodeContract, type AddNodeResult } from '../../src/contract/add-node.ts';
import { shapeOf } from './cluster.ts';
import { newDisksLeadTo, tearDown } from './ground.ts';
import { untilOccasion } from './history.ts';
import { givesBack } from './kept-object.ts';
import { abortLeftovers, Operation } from './operation.ts';
import { kill } from './victims.ts';
import { watchedCluster, type WatchedCluster } from './watched-cluster.ts';

const NODE = 'n4';
const RACK = 'topology.rook.io/rack=r4';
/** From the host's joining to the question; the agent's start is part of it. */
const ASKED_WITHIN_SECONDS = 90;

let written: WatchedCluster['written'];
let before: WatchedCluster['before'];
let client: WatchedCluster['client'];
beforeAll(async () => {
  ({ written, before, client } = await watchedCluster());
});
afterAll(async () => {
  await abortLeftovers();
  await tearDown(CLUSTER);
  await removeNode(NODE);
});

interface Tree {
  nodes: { id: number; name: string; type: string; children?: number[]; crush_weight?: number }[];
}

async function bucketAbove(name: string): Promise<string | undefined> {
  const { nodes } = await askCeph<Tree>(CLUSTER, 'osd', 'tree');
  const id = nodes.find((node) => node.name === name)?.id ?? Number.NaN;
  return nodes.find(({ children }) => children?.includes(id))?.name;
}

/** What add-node changes on its way. */
async function held(): Promise<{ norebalance: boolean; settings: string[] }> {
  const { flags } = await askCeph<{ flags: string }>(CLUSTER, 'osd', 'dump');
  const dump = await askCeph<{ name: string }[]>(CLUSTER, 'config', 'dump');
  const changed = ['osd_crush_initial_weight', 'osd_mclock_profile', 'osd_max_backfills'];
  return {
    norebalance: flags.split(',').includes('norebalance'),
    settings: dump.map(({ name }) => name).filter((name) => changed.includes(name)),
  };
}

describe('a host that joins', () => {
  it('is noticed and asked about; aborted while its OSDs wait without weight, everything is put back', async () => {
    await newDisksLeadTo('ask');
    await addNode(NODE);
    await kubectl(['label', 'node', NODE, RACK]);
    const operation = await Operation.of(addNodeContract.suggestedId({ cluster: CLUSTER, node: NODE }));
    await operation.untilItComesAndAsks(ASKED_WITHIN_SECONDS);
    await newDisksLeadTo('ignore');
    await operation.approve();
    await untilOccasion(operation, { activity: 'holdData', moment: 'after' });
    expect(await held()).toEqual({ norebalance: true, settings: ['osd_crush_initial_weight'] });
    await operation.abort();
    expect(await held()).toEqual({ norebalance: false, settings: [] });
    expect(await bucketAbove(NODE)).toBe('r4');
    expect(await givesBack(CLUSTER, written)).toBe(true);
  });

  it(
    'serves in its rack with all of its disks, also where workers are killed on the way',
    { timeout: 600_000 },
    async () => {
      const operation = await Operation.start(addNodeContract, { cluster: CLUSTER, node: NODE, pace: 'fast' });
      await operation.approve();
      await untilOccasion(operation, { activity: 'createOsd', moment: 'during' });
      await kill('agents');
      await untilOccasion(operation, { activity: 'moveData', moment: 'during' });
      await kill('ops-workers');
      const result = await operation.result<AddNodeResult>(400);
      expect(result).toMatchObject({ outcome: 'done' });
      expect(result.osds).toHaveLength(2);
      const after = await shapeOf(CLUSTER);
      expect(after.hosts).toEqual([...before.hosts, NODE, NODE]);
      expect(await bucketAbove(NODE)).toBe('r4');
      const { nodes } = await askCeph<Tree>(CLUSTER, 'osd', 'tree');
      for (const id of result.osds ?? []) expect(nodes.find((node) => node.id === id)?.crush_weight).toBeGreaterThan(0);
      expect(await held()).toEqual({ norebalance: false, settings: [] });
      expect(await givesBack(CLUSTER, written)).toBe(true);
    },
  );

  it('has nothing left to add afterwards', async () => {
    const again = await Operation.start(addNodeContract, { cluster: CLUSTER, node: NODE });
    expect((await again.result()).outcome).toBe('nothing-to-do');
  });

  it('cost no client a byte', async () => {
    const { comparisons, differences } = await client.stop();
    expect(differences).toBe(0);
    expect(comparisons).toBeGreaterThan(20);
  });
});
