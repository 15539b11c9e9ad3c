import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { askCeph } from '../../deploy/demo/kubectl.ts';
import { pullDisk } from '../../deploy/lab/hardware.ts';
import { addDiskContract, type AddDiskResult } from '../../src/contract/add-disk.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import { shapeOf } from './cluster.ts';
import { deviceRows, fingerprint, plug, pullExtraDisks, type TestDisk } from './disks.ts';
import { exampleCluster, tearDown } from './ground.ts';
import { untilOccasion } from './history.ts';
import { givesBack, writeKeptObject } from './kept-object.ts';
import { useLab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';
import { kill } from './victims.ts';

const NODE = 'n2';

let written: Buffer;
beforeAll(async () => {
  await exampleCluster(await useLab());
  written = await writeKeptObject(CLUSTER);
});
afterAll(async () => {
  await abortLeftovers();
  await tearDown(CLUSTER);
  await pullExtraDisks();
});

const addDisk = (more: object = {}): Promise<Operation> =>
  Operation.start(addDiskContract, { cluster: CLUSTER, node: NODE, ...more });
const idOf = ({ file }: TestDisk): string => `loop:${file}`;

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
