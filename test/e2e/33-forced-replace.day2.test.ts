import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { askCeph } from '../../deploy/demo/kubectl.ts';
import { startSteadyClient, type SteadyClient } from '../../deploy/demo/steady-client.ts';
import { pullDisk } from '../../deploy/lab/hardware.ts';
import { labStatus } from '../../deploy/lab/status.ts';
import { until } from '../../deploy/lab/until.ts';
import { bootstrapContract } from '../../src/contract/bootstrap.ts';
import type { OperationState } from '../../src/contract/state.ts';
import { replaceDiskContract, type ReplaceDiskResult } from '../../src/contract/replace-disk.ts';
import { shapeOf, type ClusterShape } from './cluster.ts';
import { deviceRows, idOf, plug, type TestDisk } from './disks.ts';
import { applyDocument, documentWith } from './documents.ts';
import { freshGround, tearDown } from './ground.ts';
import { givesBack, writeKeptObject } from './kept-object.ts';
import { useLab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';
import { approveDisk, untilSwapIsAsked } from './swap.ts';

/** Its OSD is on a disk of this story, because a disk that was pulled never comes back under its name. */
const NODE = 'n1';

let written: Buffer;
let before: ClusterShape;
let disk: TestDisk;
let osd: number;
let client: SteadyClient;
beforeAll(async () => {
  const lab = await useLab();
  await freshGround(lab);
  disk = await plug(NODE);
  await applyDocument(lab.kubernetes, await documentWith(lab.image, { storage: await oneDiskPerHost() }));
  const operation = await Operation.start(bootstrapContract, { cluster: CLUSTER, approval: 'auto' });
  await operation.result();
  written = await writeKeptObject(CLUSTER);
  before = await shapeOf(CLUSTER);
  osd = (await deviceRows(CLUSTER)).find(({ id }) => id === idOf(disk))?.osdId ?? Number.NaN;
  client = await startSteadyClient(CLUSTER);
});
afterAll(async () => {
  await abortLeftovers();
  await tearDown(CLUSTER);
  await freshGround(await useLab());
});

const replacing = (more: object = {}): Promise<Operation> =>
  Operation.start(replaceDiskContract, { cluster: CLUSTER, osd, ...more });
const codesOf = ({ findings }: Pick<OperationState, 'findings'>): string[] => findings.map(({ code }) => code);

/** Each host leaves out the disks that the example has beyond the first; the first of `NODE` too, which has the disk of this story. */
async function oneDiskPerHost(): Promise<object> {
  const { nodes } = (await labStatus()) ?? { nodes: [] };
  return {
    useAllNodes: false,
    nodes: nodes.map(({ name, disks }) => {
      const kept = name === NODE ? disk.disk : disks[0]?.name;
      const without = disks.filter((one) => one.name !== kept).map(({ device }) => device?.split('/').at(-1));
      return { name, deviceFilter: `^(?!(${without.join('|')})$)` };
    }),
  };
}

interface OsdDump {
  osds: { osd: number; up: number; state: string[] }[];
}
const osdInMap = async (): Promise<OsdDump['osds'][number] | undefined> =>
  (await askCeph<OsdDump>(CLUSTER, 'osd', 'dump')).osds.find((one) => one.osd === osd);

/** Approves the first plan and answers the second, which is about the force alone. */
async function untilForceIsAsked(operation: Operation): Promise<string> {
  const { plan } = await operation.approve();
  const state = await operation.untilState(
    'asks about the force',
    (now) => now.awaiting === 'approval' && now.plan?.hash !== plan?.hash,
  );
  expect(state.plan?.steps.map(({ id }) => id)).toEqual(['force-destroy-osd']);
  expect(codesOf({ findings: state.plan?.findings ?? [] })).toEqual(['FORCED_DESTROY']);
  return state.plan?.hash ?? '';
}

describe('three hosts with one OSD each, and pools of three copies', () => {
  it('have no OSD that may be replaced while it is alive', async () => {
    expect(before.hosts).toEqual(['n1', 'n2', 'n3']);
    const operation = await replacing({ dryRun: true });
    const { outcome, findings, plan } = await operation.result<ReplaceDiskResult>();
    expect([outcome, codesOf({ findings })]).toEqual(['planned', expect.arrayContaining(['REDUNDANCY_LOST'])]);
    expect(plan?.steps.map(({ id }) => id)).not.toContain('force-destroy-osd');
  });

  it('keep a dead OSD as it is until the force is approved by itself', async () => {
    await pullDisk(NODE, disk.disk);
    await until(`osd.${osd} is down`, 120, async () => (await osdInMap())?.up === 0);
    const operation = await replacing();
    await untilForceIsAsked(operation);
    await operation.abort();
    expect((await osdInMap())?.state).not.toContain('destroyed');
    expect((await shapeOf(CLUSTER)).deployments).toEqual(before.deployments);
  });

  it('get it back on a new disk by a second approval, and no byte is lost', { timeout: 900_000 }, async () => {
    const operation = await replacing({ approval: 'auto' });
    const hash = await untilForceIsAsked(operation);
    await operation.signal('approve', { plan: hash, by: 'e2e' });
    await untilSwapIsAsked(operation);
    expect((await osdInMap())?.state).toContain('destroyed');
    expect(await givesBack(CLUSTER, written)).toBe(true);

    const fresh = await plug(NODE);
    await approveDisk(operation, fresh);
    const result = await operation.result<ReplaceDiskResult>(400);
    expect(result).toMatchObject({ outcome: 'done', osd, newDisk: idOf(fresh) });
    expect(await shapeOf(CLUSTER)).toEqual(before);
    expect(await givesBack(CLUSTER, written)).toBe(true);
  });

  it('lost no byte for a client that wrote and compared all the time', async () => {
    const { comparisons, differences } = await client.stop();
    expect(differences).toBe(0);
    expect(comparisons).toBeGreaterThan(50);
  });
});
