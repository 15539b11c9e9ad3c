import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { kubectl } from '../../deploy/demo/kubectl.ts';
import { pullDisk } from '../../deploy/lab/hardware.ts';
import { until } from '../../deploy/lab/until.ts';
import type { AddDiskResult } from '../../src/contract/add-disk.ts';
import { deviceRows, plug, pullExtraDisks, type TestDisk } from './disks.ts';
import { exampleCluster, tearDown } from './ground.ts';
import { useLab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';
import { temporal } from './temporal.ts';

const NODE = 'n3';
const ADD = `add-disk:${CLUSTER}:${NODE}`;
/** What the issue promises from the event to the table. */
const NOTICED_WITHIN_SECONDS = 60;

beforeAll(async () => {
  await exampleCluster(await useLab());
});
afterAll(async () => {
  await abortLeftovers();
  await tearDown(CLUSTER);
  await pullExtraDisks();
});

const idOf = ({ file }: TestDisk): string => `loop:${file}`;
const isShown = async (disk: TestDisk): Promise<boolean> =>
  (await deviceRows(CLUSTER)).some(({ id, node }) => id === idOf(disk) && node === NODE);

async function runsOf(workflowId: string): Promise<number> {
  const { count } = await (await temporal()).workflow.count(`WorkflowId = "${workflowId}"`);
  return count;
}

const isAsked = async (): Promise<boolean> => {
  const operation = await Operation.of(ADD);
  const state = await operation.state();
  return state?.awaiting === 'approval' && !(await operation.isClosed());
};

async function policy(word: string): Promise<void> {
  await kubectl([
    '--namespace',
    CLUSTER,
    'annotate',
    '--overwrite',
    'cephcluster',
    CLUSTER,
    `cephflow.io/new-disks=${word}`,
  ]);
}

describe('a disk that comes or goes', () => {
  it('is shown within a minute with nothing restarted, and asked about', async () => {
    const disk = await plug(NODE);
    await until('the new disk is in the table', NOTICED_WITHIN_SECONDS, () => isShown(disk));
    await until('add-disk asks', 30, isAsked);
    const operation = await Operation.of(ADD);
    const { state } = await operation.untilAsked();
    expect(state.plan?.steps.flatMap(({ targets }) => targets).join()).toContain(idOf(disk));
    await operation.signal('reject', { by: 'e2e', reason: 'not now' });
    expect((await operation.result()).outcome).toBe('rejected');
  });

  it('is not asked about again after a refusal; pulled, it leaves the table', async () => {
    const runs = await runsOf(ADD);
    const other = await plug('n1');
    await until('the disk of another host is asked about', NOTICED_WITHIN_SECONDS, async () => {
      const state = await (await Operation.of(`add-disk:${CLUSTER}:n1`)).state();
      return state?.awaiting === 'approval';
    });
    await (await Operation.of(`add-disk:${CLUSTER}:n1`)).signal('reject', { by: 'e2e', reason: 'not now' });
    expect(await runsOf(ADD)).toBe(runs);
    await pullDisk(other.node, other.disk);
    await until('the pulled disk is gone from the table', NOTICED_WITHIN_SECONDS, async () =>
      (await deviceRows(CLUSTER)).every(({ id }) => id !== idOf(other)),
    );
  });

  it(
    'is added without a question where the document says so; many events are one operation',
    { timeout: 400_000 },
    async () => {
      const runs = await runsOf(ADD);
      await policy('add');
      for (let count = 0; count < 10; count += 1) {
        const passing = await plug(NODE);
        await pullDisk(passing.node, passing.disk);
      }
      const disk = await plug(NODE);
      await until('the new disk carries an OSD', 180, async () =>
        (await deviceRows(CLUSTER)).some(({ id, osdId }) => id === idOf(disk) && osdId !== undefined),
      );
      const result = await (await Operation.of(ADD)).result<AddDiskResult>();
      expect(result.outcome).toBe('done');
      expect(await runsOf(ADD)).toBe(runs + 1);
    },
  );
});
