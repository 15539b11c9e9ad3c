import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { askCeph } from '../../deploy/demo/kubectl.ts';
import { until } from '../../deploy/lab/until.ts';
import { shapeOf, type ClusterShape } from './cluster.ts';
import { demo, lastLine } from './demo.ts';
import { deviceRows } from './disks.ts';
import { exampleCluster, leaveCluster, newDisksLeadTo } from './ground.ts';
import { useLab } from './lab.ts';

/** What a run leaves must not be in the way of the next one. */
const RUNS = ['the first', 'the second'];

/** Objects that the client writes; each is compared once more at the end. */
const OBJECTS = 20;

let before: ClusterShape;
beforeAll(async () => {
  await exampleCluster(await useLab());
  await newDisksLeadTo('ask');
  before = await shapeOf(CLUSTER);
});
afterAll(leaveCluster);

const osdDisks = async (): Promise<(string | null)[]> =>
  (await deviceRows(CLUSTER)).flatMap(({ id, osdId }) => (osdId === undefined ? [] : [id]));

describe('day 2 of the demo', () => {
  it.each(RUNS)(
    'adds, replaces and removes a disk while a client finds no difference, %s time as well',
    { timeout: 1_300_000 },
    async () => {
      const disks = await osdDisks();
      const { exitCode, stdout, all } = await demo('--day2');
      expect(exitCode, all).toBe(0);
      const [, comparisons = '0'] = /: (\d+) comparisons, .*, 0 differences$/.exec(lastLine(stdout)) ?? [];
      expect(Number(comparisons), all).toBeGreaterThan(OBJECTS);
      expect(all).toMatch(/add-disk:rook-ceph:n\d asked \d+(\.\d)? s after the plug/);
      expect(all).toMatch(/Took loop:\S+ out of n\d and put/);
      // An id that was in use for a while stays counted.
      expect({ ...(await shapeOf(CLUSTER)), maxOsd: before.maxOsd }).toEqual(before);
      expect(await askCeph<string[]>(CLUSTER, 'osd', 'pool', 'ls')).not.toContain('steady');
      await until('the table has one disk in place of another', 60, async () => {
        const after = await osdDisks();
        return after.length === disks.length && after.filter((id) => !disks.includes(id)).length === 1;
      });
    },
  );
});
