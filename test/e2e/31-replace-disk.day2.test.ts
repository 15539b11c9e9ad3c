import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { kubectl } from '../../deploy/demo/kubectl.ts';
import { pullDisk, putDiskBack, startNode, stopNode, takeDiskOut } from '../../deploy/lab/hardware.ts';
import { until } from '../../deploy/lab/until.ts';
import { removeDiskContract } from '../../src/contract/remove-disk.ts';
import { replaceDiskContract, type ReplaceDiskResult } from '../../src/contract/replace-disk.ts';
import { shapeOf, weightOf } from './cluster.ts';
import { completeLabel, FOREIGN_FSID } from '../disks/label-bytes.ts';
import { deviceRows, fingerprint, idOf, plug, plugUsed, twoDisksPerNode, writeAt } from './disks.ts';
import { approveDisk, nameOf, untilSwapIsAsked } from './swap.ts';
import { tearDown } from './ground.ts';
import { givesBack } from './kept-object.ts';
import { abortLeftovers, Operation } from './operation.ts';
import { untilOccasion } from './history.ts';
import { watchedCluster, type WatchedCluster } from './watched-cluster.ts';

const NODE = 'n1';
const GIB = 2 ** 30;

let written: WatchedCluster['written'];
let before: WatchedCluster['before'];
let client: WatchedCluster['client'];
beforeAll(async () => {
  ({ written, before, client } = await watchedCluster());
});
afterAll(async () => {
  await abortLeftovers();
  await tearDown(CLUSTER);
  await twoDisksPerNode();
});

const osdsOn = async (node: string) =>
  (await deviceRows(CLUSTER)).filter((row) => row.node === node && row.osdId !== undefined);
const replacing = (osd: number, more: object = {}): Promise<Operation> =>
  Operation.start(replaceDiskContract, { cluster: CLUSTER, osd, ...more });

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

      const [sameHost] = (await osdsOn(NODE)).filter(({ osdId }) => osdId !== osd);
      const [otherHost] = await osdsOn('n2');
      const removing = (id = -1) => Operation.start(removeDiskContract, { cluster: CLUSTER, osd: id, wipe: false });
      const refused = await removing(sameHost?.osdId);
      expect((await refused.untilParked('plan')).step.because).toContain('REDUNDANCY_LOST');
      await refused.abort();
      const second = await removing(osd);
      await second.approve();
      await second.untilState(
        'waits for the first',
        ({ awaiting, awaitingBecause }) =>
          [awaiting, awaitingBecause.includes(`replace-disk:${CLUSTER}:osd.${osd}`)].join() === 'operation,true',
      );
      await second.abort();

      // The first one waits for hands, so the disk of another host can be replaced meanwhile.
      const beside = await replacing(otherHost?.osdId ?? Number.NaN);
      await beside.approve();
      await untilSwapIsAsked(beside);
      await pullDisk('n2', nameOf(otherHost?.id));
      const besideDisk = await plug('n2');
      await approveDisk(beside, besideDisk);
      expect(await beside.result<ReplaceDiskResult>(400)).toMatchObject({
        outcome: 'done',
        osd: otherHost?.osdId,
        newDisk: idOf(besideDisk),
      });

      const used = await plugUsed(NODE);
      const content = await fingerprint(used);
      const asked = await operation.untilState(
        'asks for the wipe of the used disk',
        ({ awaiting, plan }) => awaiting === 'approval' && plan?.steps[0]?.id === 'wipe-new-disk',
      );
      expect(asked.findings.map(({ code }) => code)).toContain('NEW_DISK_REFUSED');
      expect(asked.plan?.steps[0]?.does).toContain('ext4');
      expect(await fingerprint(used)).toBe(content);
      await pullDisk(used.node, used.disk);

      const larger = await plug(NODE, 8 * GIB);
      await approveDisk(operation, larger);
      const result = await operation.result<ReplaceDiskResult>(400);
      expect(result).toMatchObject({ outcome: 'done', osd, newDisk: idOf(larger) });
      expect(await shapeOf(CLUSTER)).toEqual(before);
      expect(await weightOf(CLUSTER, osd)).toBeCloseTo(8 / 1024, 3);
      expect((await osdsOn(NODE)).find(({ osdId }) => osdId === osd)?.id).toBe(idOf(larger));
      expect(await givesBack(CLUSTER, written)).toBe(true);
    },
  );

  it(
    'that is dead is replaced when its data is restored; a smaller disk is refused',
    { timeout: 600_000 },
    async () => {
      const dead = (await osdsOn(NODE)).find(({ sizeBytes }) => sizeBytes === 8 * GIB);
      const osd = dead?.osdId ?? Number.NaN;
      await takeDiskOut(NODE, nameOf(dead?.id));
      const operation = await replacing(osd);
      await operation.approve();
      await untilSwapIsAsked(operation);
      await putDiskBack(NODE, nameOf(dead?.id));
      await operation.untilState('knows the old disk that is put back', ({ findings }) =>
        findings.some(({ because }) => because.startsWith(`The old disk of osd.${osd} was put back`)),
      );
      await pullDisk(NODE, nameOf(dead?.id));
      const small = await plug(NODE);
      await operation.untilState('refuses the smaller disk', ({ findings }) =>
        findings.some(({ code, target }) => code === 'NEW_DISK_SMALLER' && target === `${NODE}:${idOf(small)}`),
      );
      await pullDisk(small.node, small.disk);
      // Not blank: the approval of its own plan is the approval of its wipe.
      const fresh = await plugUsed(NODE, 8 * GIB);
      await operation.untilState('asks for its wipe', ({ plan }) => plan?.steps[0]?.id === 'wipe-new-disk');
      await approveDisk(operation, fresh);
      expect(await operation.result<ReplaceDiskResult>(400)).toMatchObject({
        outcome: 'done',
        osd,
        newDisk: idOf(fresh),
      });
      expect(await shapeOf(CLUSTER)).toEqual(before);
      expect(await givesBack(CLUSTER, written)).toBe(true);
    },
  );

  it(
    'is pulled too early: its id stays, and the operation goes on with the new one',
    { timeout: 600_000 },
    async () => {
      const old = (await osdsOn(NODE)).find(({ sizeBytes }) => sizeBytes === 8 * GIB);
      const osd = old?.osdId ?? Number.NaN;
      const operation = await replacing(osd);
      await operation.approve();
      await untilOccasion(operation, { activity: 'outOsd', moment: 'after' });
      await takeDiskOut(NODE, nameOf(old?.id));
      await untilSwapIsAsked(operation);
      await putDiskBack(NODE, nameOf(old?.id));
      // An OSD of another cluster: told with that cluster, and not touched.
      const foreign = await plugUsed(NODE, 8 * GIB, (device) =>
        writeAt(device, 0, completeLabel(FOREIGN_FSID, randomUUID())),
      );
      const content = await fingerprint(foreign);
      const asked = await operation.untilState(
        'asks about the foreign disk',
        ({ awaiting, plan }) => awaiting === 'approval' && plan?.steps[0]?.does.includes(FOREIGN_FSID) === true,
      );
      // The old one was known before: it is nothing new.
      const about = asked.findings.filter(({ code }) => code === 'NEW_DISK_REFUSED').map(({ target }) => target);
      expect(about).toEqual([`${NODE}:${idOf(foreign)}`]);
      expect(await fingerprint(foreign)).toBe(content);
      await pullDisk(NODE, foreign.disk);
      const fresh = await plug(NODE, 8 * GIB);
      await approveDisk(operation, fresh);
      await pullDisk(NODE, nameOf(old?.id));
      expect(await operation.result<ReplaceDiskResult>(400)).toMatchObject({ outcome: 'done', osd });
      expect(await shapeOf(CLUSTER)).toEqual(before);
      expect(await givesBack(CLUSTER, written)).toBe(true);
    },
  );

  it(
    'that returns I/O errors is named with the input that replaces it, and replaced',
    { timeout: 600_000 },
    async () => {
      const old = (await osdsOn(NODE)).find(({ sizeBytes }) => sizeBytes === 8 * GIB);
      const osd = old?.osdId ?? Number.NaN;
      const file = old?.id?.slice('loop:'.length) ?? '';
      // Reads behind the end of a loop device's file fail as those of a broken disk do.
      await execa('truncate', ['--size', '64M', file]);
      await execa('dd', [`if=${old?.path}`, 'of=/dev/null', 'bs=1M', 'count=100', 'iflag=direct'], { reject: false });
      await until('the row tells of the I/O errors', 60, async () =>
        (await osdsOn(NODE)).some(
          ({ id, reasons, remedy }) =>
            id === old?.id && reasons.includes('IO_ERRORS') && remedy.includes(`{"cluster":"${CLUSTER}","osd":${osd}}`),
        ),
      );
      await kubectl(['--namespace', CLUSTER, 'delete', 'pod', '--selector', `ceph-osd-id=${osd}`]);
      const operation = await replacing(osd);
      await operation.approve();
      await untilSwapIsAsked(operation);
      await pullDisk(NODE, nameOf(old?.id));
      await approveDisk(operation, await plug(NODE, 8 * GIB));
      expect(await operation.result<ReplaceDiskResult>(400)).toMatchObject({ outcome: 'done', osd });
      expect(await shapeOf(CLUSTER)).toEqual(before);
      expect(await givesBack(CLUSTER, written)).toBe(true);
    },
  );

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
    const { comparisons, differences, different } = await client.stop();
    expect({ differences, different }).toEqual({ differences: 0, different: [] });
    expect(comparisons).toBeGreaterThan(50);
  });

  // Last: the client may run on that host.
  it(
    'whose host is restarted while the new disk is waited for is asked about all the same',
    { timeout: 600_000 },
    async () => {
      const old = (await osdsOn(NODE)).find(({ sizeBytes }) => sizeBytes === 8 * GIB);
      const operation = await replacing(old?.osdId ?? Number.NaN);
      await operation.approve();
      await untilSwapIsAsked(operation);
      await stopNode(NODE);
      await pullDisk(NODE, nameOf(old?.id));
      const fresh = await plug(NODE, 8 * GIB);
      await startNode(NODE);
      await approveDisk(operation, fresh);
      expect(await operation.result<ReplaceDiskResult>(400)).toMatchObject({ outcome: 'done', newDisk: idOf(fresh) });
      expect(await shapeOf(CLUSTER)).toEqual(before);
    },
  );
});
