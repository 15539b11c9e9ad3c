import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { readStatus } from '../../deploy/demo/health.ts';
import { installWorkers } from '../../deploy/demo/workers.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import type { DiskReason, DiskRow } from '../../src/contract/disk.ts';
import { pullDisk } from '../../deploy/lab/hardware.ts';
import { shapeOf } from './cluster.ts';
import { deviceRows, fingerprint, plug, writesTo, type TestDisk } from './disks.ts';
import { applyDocument, documentWith, expectNothingMade, removeNamespace } from './documents.ts';
import { exampleCluster } from './ground.ts';
import { approveThenPause } from './history.ts';
import { useLab, type Lab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';
import { spoiledDisks, type Spoiled } from './spoiled-disks.ts';

const OTHER = 'other-ceph';

let lab: Lab;
beforeAll(async () => {
  lab = await useLab();
  await exampleCluster(lab);
});

const rowOf = (rows: DiskRow[], { node, device }: { node: string; device: string }): DiskRow => {
  const row = rows.find((one) => one.node === node && one.path === device);
  if (row === undefined) throw new Error(`${node}:${device} has no row`);
  return row;
};

describe('disks that must not be touched', () => {
  let spoiled: Spoiled[];
  let clean: TestDisk;
  let rows: DiskRow[];
  const before = new Map<string, { fingerprint: string; writes: number }>();

  beforeAll(async () => {
    const { fsid } = await readStatus(CLUSTER);
    spoiled = await spoiledDisks(CLUSTER, 'n1', fsid);
    clean = await plug('n2');
    for (const disk of spoiled)
      before.set(disk.what, { fingerprint: await fingerprint(disk), writes: await writesTo(disk.device) });
    const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    const { plan } = await operation.approve();
    expect(plan?.steps.filter(({ risk }) => risk !== 'none').map(({ id }) => id)).toEqual(['create-osds/n2']);
    await operation.result();
    rows = await deviceRows(CLUSTER);
  });
  afterAll(async () => {
    for (const disk of spoiled) await disk.restore();
    for (const { node, disk } of spoiled) if (disk !== '') await pullDisk(node, disk);
  });

  it('do not keep the clean disk beside them from becoming an OSD', () => {
    expect(rowOf(rows, clean)).toMatchObject({ verdict: 'in-use', reasons: ['IN_USE', 'OWN_OSD'] });
  });

  it.each<[string, DiskReason[]]>([
    ['mounted', ['HAS_FILESYSTEM', 'IN_USE', 'MOUNTED']],
    ['ext4', ['HAS_FILESYSTEM']],
    ['xfs', ['HAS_FILESYSTEM']],
    ['LVM', ['HAS_LVM']],
    ['GPT', ['HAS_PARTITION_TABLE']],
    ['MBR', ['HAS_PARTITION_TABLE']],
    ['foreign label', ['FOREIGN_OSD']],
    ['foreign label only at 1 GiB', ['FOREIGN_OSD']],
    ['stale label of this cluster', ['STALE_OSD']],
    ['under 5 GiB', ['TOO_SMALL']],
    ['read-only', ['READ_ONLY']],
    ['without identity', ['UNSUPPORTED_TYPE', 'NO_STABLE_ID']],
  ])('are told with their reason: %s', (what, reasons) => {
    const disk = spoiled.find((one) => one.what === what);
    if (disk === undefined) throw new Error(`no disk was made ${what}`);
    const row = rowOf(rows, disk);
    expect(row.reasons.toSorted()).toEqual(reasons.toSorted());
    expect(row.verdict).toBe('rejected');
    expect(row.evidence).toHaveLength(reasons.length);
    expect(row.remedy).not.toBe('');
  });

  it('are byte for byte what they were, and the kernel counted no write', async () => {
    for (const disk of spoiled) {
      const now = { fingerprint: await fingerprint(disk), writes: await writesTo(disk.device) };
      expect({ what: disk.what, ...now }).toEqual({ what: disk.what, ...before.get(disk.what) });
    }
  });
});

describe('a disk that is not the approved one any more', () => {
  afterEach(abortLeftovers);

  it('before the lock is taken: the old approval does not hold, a new plan is asked', async () => {
    const planned = await plug('n3');
    const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    const { hash } = await operation.untilAsked();
    await pullDisk(planned.node, planned.disk);
    const other = await plug('n3');
    expect(other.device).toBe(planned.device);
    const writes = await writesTo(other.device);
    await operation.signal('approve', { plan: hash, by: 'e2e' });
    const { plan, findings } = await operation.untilState(
      'asks again',
      (state) => state.awaiting === 'approval' && state.plan?.hash !== hash,
    );
    expect(plan?.steps.find(({ id }) => id === 'create-osds/n3')?.targets.join()).toContain(other.file);
    expect(findings.map(({ code }) => code)).toContain('PLAN_STALE');
    await operation.signal('reject', { by: 'e2e', reason: 'not the disk I meant' });
    expect((await operation.result()).outcome).toBe('rejected');
    expect(await writesTo(other.device)).toBe(writes);
    await pullDisk(other.node, other.disk);
  });

  it('after the last look: the step stops before the first byte, and no OSD id is used up', async () => {
    const shape = await shapeOf(CLUSTER);
    const planned = await plug('n3');
    const gone = await plug('n1');
    const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    await approveThenPause(operation);
    await pullDisk(planned.node, planned.disk);
    await pullDisk(gone.node, gone.disk);
    const other = await plug('n3');
    expect([planned.device, gone.device]).toContain(other.device);
    const writes = await writesTo(other.device);
    await operation.resume();
    const swapped = await operation.untilParked('create-osds/n3');
    expect(swapped.step.because).toContain(planned.device);
    const missing = await operation.untilParked('create-osds/n1');
    expect(missing.step.because).toContain(gone.device);
    await operation.abort();
    expect(await writesTo(other.device)).toBe(writes);
    await pullDisk(other.node, other.disk);
    expect(await shapeOf(CLUSTER)).toEqual(shape);
  });
});

describe('on hosts that nobody declared to be a lab', () => {
  it('a loop device is never a disk: the operation waits with the table, and nothing is made', async () => {
    await installWorkers({ image: lab.project, loopDevices: 'refused' });
    try {
      await applyDocument(lab.kubernetes, await documentWith(lab.image, {}, OTHER));
      const operation = await Operation.start(bootstrapContract, { cluster: OTHER });
      const { step } = await operation.untilParked('plan');
      expect(step.because).toContain('NO_ELIGIBLE_DEVICE');
      const rows = await deviceRows(OTHER);
      expect(rows.length).toBeGreaterThanOrEqual(6);
      for (const row of rows)
        expect(row).toMatchObject({
          verdict: 'rejected',
          reasons: expect.arrayContaining(['LOOP_DEVICE']) as string[],
        });
      await operation.abort();
      await expectNothingMade(OTHER);
    } finally {
      await abortLeftovers();
      await installWorkers({ image: lab.project, loopDevices: 'allowed' });
      await removeNamespace(lab.kubernetes, OTHER);
    }
  });
});
