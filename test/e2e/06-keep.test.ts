import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { askCeph } from '../../deploy/demo/kubectl.ts';
import { bootstrapContract, type BootstrapResult } from '../../src/contract/bootstrap.ts';
import { teardownContract, type TeardownResult } from '../../src/contract/teardown.ts';
import { expectExampleCluster, namesOf } from './cluster.ts';
import { exampleCluster } from './ground.ts';
import { givesBack, writeKeptObject } from './kept-object.ts';
import { useLab } from './lab.ts';
import { abortLeftovers, Operation } from './operation.ts';

const KEEP = { cluster: CLUSTER, data: 'keep' };

/** What makes a cluster the same one: its fsid, and the uuid of every OSD by its id. */
async function identityOf(cluster: string): Promise<unknown> {
  const { fsid, osds } = await askCeph<{ fsid: string; osds: { osd: number; uuid: string }[] }>(cluster, 'osd', 'dump');
  return { fsid, osds: osds.map(({ osd, uuid }) => [osd, uuid]) };
}

beforeAll(async () => {
  await exampleCluster(await useLab());
});
afterAll(abortLeftovers);

describe('teardown with the data kept', () => {
  it('stops everything and leaves disks, keys and addresses; bootstrap takes up the same cluster with all its data', async () => {
    const before = await identityOf(CLUSTER);
    const written = await writeKeptObject(CLUSTER);
    const secrets = await namesOf('secrets', CLUSTER);
    const mons = (await namesOf('services', CLUSTER)).filter((name) => name.startsWith('rook-ceph-mon-'));

    const stop = await Operation.start(teardownContract, KEEP);
    const stopped = await stop.approveEach<TeardownResult>({ cluster: CLUSTER });
    expect(stopped).toMatchObject({ outcome: 'done', kept: { takeUpAgain: { operation: 'bootstrap' } } });
    expect(stopped.kept?.disks).toHaveLength(6);
    expect(stopped.steps.filter(({ id }) => /^(wipe-disks|remove-directories)/.test(id))).toEqual([]);
    expect(await namesOf('deployments', CLUSTER)).toEqual([]);
    expect(await namesOf('pods', CLUSTER)).toEqual([]);
    expect(await namesOf('secrets', CLUSTER)).toEqual(secrets);
    // The Service that the example's owner made for the dashboard is none of ours.
    expect(await namesOf('services', CLUSTER)).toEqual(['rook-ceph-mgr-dashboard-external', ...mons]);

    const again = await Operation.start(teardownContract, KEEP);
    expect((await again.result()).outcome).toBe('nothing-to-do');

    const start = await Operation.start(bootstrapContract, { cluster: CLUSTER });
    const taken = await start.approveEach<BootstrapResult>();
    expect(taken.outcome).toBe('done');
    expect(taken.steps.filter(({ id }) => id.startsWith('make-mon-stores'))).toEqual([]);
    expect(await identityOf(CLUSTER)).toEqual(before);
    expect(await givesBack(CLUSTER, written)).toBe(true);
    await expectExampleCluster(CLUSTER);
  });
});
