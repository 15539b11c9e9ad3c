import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sessionOf } from '../../../activities/ceph/session-of.ts';
import { drainOsd, undrainOsd } from '../../../activities/osds/drain-osd.ts';
import { endByOwnCheck } from '../../../activities/osds/end-by-own-check.ts';
import { purgeOsd } from '../../../activities/osds/purge-osd.ts';
import { inOsd, outOsd } from '../../../activities/osds/replace-osd.ts';
import { untilSafeToDestroy } from '../../../activities/osds/until-safe-to-destroy.ts';
import type { ModelledOsd } from '../../model/modelled-cluster.ts';
import { ModelledRun } from '../../model/modelled-run.ts';
import { ModelledWorld } from '../../model/modelled-world.ts';

const pools = [{ name: 'rbd', size: 3, minSize: 2, domain: 'host' as const, pgs: 8 }];

describe('an OSD that goes', () => {
  let world: ModelledWorld;
  let run: ModelledRun;
  let osd: ModelledOsd;
  beforeEach(() => {
    world = new ModelledWorld({ hosts: 4, disksPerHost: 1, pools, lagSeconds: 1, copiesPerSecond: 1 });
    vi.spyOn(performance, 'now').mockImplementation(() => world.cluster.milliseconds);
    run = new ModelledRun(world, { faults: [], retries: 0 });
    osd = world.cluster.osds[0] ?? expect.unreachable();
  });
  afterEach(() => vi.restoreAllMocks());
  const named = () => ({ cluster: 'rook-ceph', osd: { id: osd.id, uuid: osd.uuid } });
  const seconds = () => Math.floor(world.cluster.milliseconds / 1000);
  const noteOf = (topic: string) => world.cluster.notes.get(`cephflow/${topic}/${osd.uuid}`);
  const act = <Result>(activity: (deps: ModelledRun['deps'], input: ReturnType<typeof named>) => Promise<Result>) =>
    run.activity(activity.name, () => activity(run.deps, named()));
  const end = (verb: 'destroy' | 'purge'): Promise<void> => {
    const { cluster, osd: input } = named();
    return run.activity(verb, async () => endByOwnCheck(await sessionOf(run.deps, cluster), verb, input));
  };

  it('gets the weight back that it had last, not that of a note which an ended run left', async () => {
    world.cluster.notes.set(`cephflow/drained/${osd.uuid}`, '7');
    await act(drainOsd);
    expect([osd.weight, noteOf('drained')]).toEqual([0, '1']);
    await act(undrainOsd);
    expect([osd.weight, noteOf('drained')]).toEqual([1, undefined]);
  });

  it('keeps the weight that a person gave it meanwhile', async () => {
    await act(drainOsd);
    osd.weight = 0.5;
    await act(undrainOsd);
    expect([osd.weight, noteOf('drained')]).toEqual([0.5, undefined]);
  });

  it('stays out while it is down, with the note by which the next run takes it in', async () => {
    await act(outOsd);
    osd.runs = false;
    world.cluster.pass(2000);
    await expect(act(inOsd)).rejects.toMatchObject({ code: 'OSD_NOT_UP' });
    expect([osd.inside, noteOf('out')]).toEqual([false, 'in']);
    osd.runs = true;
    world.cluster.pass(2000);
    expect(await act(inOsd)).toEqual({ already: false });
    expect([osd.inside, noteOf('out')]).toEqual([true, undefined]);
  });

  it('is not purged where its id became that of another OSD while Ceph could not judge', async () => {
    await act(drainOsd);
    await act(untilSafeToDestroy);
    const [, other] = world.cluster.osds;
    for (const one of [osd, other]) if (one !== undefined) one.runs = false;
    world.cluster.pass(5000);
    const input = { ...named(), bucket: null };
    world.cluster.events = [
      { second: seconds() + 5, act: () => (osd.uuid = 'another') },
      { second: seconds() + 10, act: () => other !== undefined && (other.runs = true) },
    ];
    await run.activity('purgeOsd', () => purgeOsd(run.deps, input));
    expect(world.cluster.osd(osd.id)?.uuid).toBe('another');
  });

  // Met on the lab: the API server had been killed, and the ReplicaSet's controller had not heard that it was removed.
  it.each([
    ['destroy', true],
    ['purge', undefined],
  ] as const)('is ended by %s after its pod, made once more, has ended', async (verb, destroyed) => {
    await act(outOsd);
    await act(untilSafeToDestroy);
    world.cluster.events = [{ second: seconds() + 8, act: () => (osd.runs = false) }];
    await end(verb);
    expect([world.cluster.osd(osd.id)?.destroyed, world.cluster.violations]).toEqual([destroyed, []]);
  });

  // Met on the lab, where its host was restarted while its data moved.
  it('is destroyed when Ceph has heard that nothing is mapped to it any more', async () => {
    const before = world.cluster.stats;
    await act(outOsd);
    await act(untilSafeToDestroy);
    osd.runs = false;
    world.cluster.pass(2000);
    world.cluster.stats = before;
    await end('destroy');
    expect([osd.destroyed, world.cluster.violations]).toEqual([true, []]);
  });

  it.each([
    ['was taken in again', outOsd, () => (osd.inside = true)],
    ['got weight again', drainOsd, () => (osd.weight = 1)],
  ])('is not waited for without end where it %s', async (_, takeAway, takeBack) => {
    await act(takeAway);
    world.cluster.events = [{ second: 3, act: takeBack }];
    await expect(act(untilSafeToDestroy)).rejects.toMatchObject({ code: 'NOT_SAFE_TO_DESTROY' });
  });
});
