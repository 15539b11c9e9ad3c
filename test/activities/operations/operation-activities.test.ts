import { describe, expect, it } from 'vitest';
import { createOperationActivities } from '../../../activities/operations/operation-activities.ts';
import { keyOf, REGISTER_NAME } from '../../../activities/operations/register.ts';
import { requireHeld } from '../../../activities/operations/require-held.ts';
import type { Holder, TakeOperationInput } from '../../../src/contract/exclusion.ts';
import { configMapServer } from './config-map-server.ts';
import { knowing, unreachable, type KnownRun } from './known-workflows.ts';

const CLUSTER = 'rook-ceph';
const NOW = new Date('2026-11-22T04:00:00.000Z');
const secondsAgo = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

const asking = (operation: string, runId: string): TakeOperationInput => ({
  cluster: CLUSTER,
  operation,
  target: CLUSTER,
  workflowId: `${operation}:${CLUSTER}`,
  runId,
});
const entryOf = (holder: Partial<Holder> = {}): [string, string] => {
  const whole: Holder = {
    operation: 'bootstrap',
    target: CLUSTER,
    workflowId: 'bootstrap:rook-ceph',
    runId: 'run-1',
    since: secondsAgo(600).toISOString(),
    awaiting: 'none',
    ...holder,
  };
  return [keyOf(whole), JSON.stringify(whole)];
};

/** A register with these entries, and a Temporal that knows these runs. */
const given = (entries: [string, string][], runs: KnownRun[] | 'unreachable' = []) => {
  const server = configMapServer();
  if (entries.length > 0) server.set(CLUSTER, REGISTER_NAME, Object.fromEntries(entries));
  const temporal = runs === 'unreachable' ? unreachable : knowing(runs);
  const activities = createOperationActivities({ kubernetes: server.kubernetes, temporal, now: () => NOW });
  const keys = () => Object.keys(server.dataOf(CLUSTER, REGISTER_NAME) ?? {});
  return { server, activities, keys };
};
const BOOTSTRAP_RUN: KnownRun = { workflowId: 'bootstrap:rook-ceph', runId: 'run-1' };
const teardown = asking('teardown', 'run-2');

describe('taking a cluster for an operation', () => {
  it('writes who holds it, and says already when asked again', async () => {
    const { server, activities } = given([]);
    expect(await activities.takeOperation(teardown)).toEqual({ taken: true, already: false });
    expect(await activities.takeOperation(teardown)).toEqual({ taken: true, already: true });
    const data = server.dataOf(CLUSTER, REGISTER_NAME) ?? {};
    expect(Object.keys(data)).toEqual(['teardown_rook-ceph.run-2']);
    expect(JSON.parse(data['teardown_rook-ceph.run-2'] ?? '')).toEqual({
      operation: 'teardown',
      target: CLUSTER,
      workflowId: 'teardown:rook-ceph',
      runId: 'run-2',
      since: NOW.toISOString(),
      awaiting: 'none',
    });
  });

  it('is refused while another operation runs, with its name', async () => {
    const { activities, keys } = given([entryOf()], [BOOTSTRAP_RUN]);
    const answer = await activities.takeOperation(teardown);
    expect(answer).toMatchObject({ taken: false, holder: { workflowId: 'bootstrap:rook-ceph', runId: 'run-1' } });
    expect(keys()).toEqual(['bootstrap_rook-ceph.run-1']);
  });

  it('waits by a failure that is tried again and names the holder', async () => {
    const { activities } = given([entryOf()], [BOOTSTRAP_RUN]);
    await expect(activities.untilOperationTaken(teardown)).rejects.toMatchObject({
      code: 'OPERATION_HELD',
      retryable: true,
      message: expect.stringContaining('workflow bootstrap:rook-ceph'),
    });
  });

  it('goes on waiting while Temporal cannot say whether the holder has ended', async () => {
    const { activities, keys } = given([entryOf()], 'unreachable');
    await expect(activities.untilOperationTaken(teardown)).rejects.toMatchObject({
      code: 'OPERATION_HELD',
      message: expect.stringContaining('Could not ask Temporal'),
    });
    expect(keys()).toEqual(['bootstrap_rook-ceph.run-1']);
  });

  it('puts an operation aside that ended longer ago than any heartbeat may be missing', async () => {
    const ended: KnownRun = { ...BOOTSTRAP_RUN, status: 'TERMINATED', closeTime: secondsAgo(61) };
    const { activities, keys } = given([entryOf()], [ended]);
    expect(await activities.untilOperationTaken(teardown)).toEqual({ taken: true, already: false });
    expect(keys()).toEqual(['teardown_rook-ceph.run-2']);
  });

  it('does not put one aside that was terminated just now: an activity of it may still be writing', async () => {
    const ended: KnownRun = { ...BOOTSTRAP_RUN, status: 'TERMINATED', closeTime: secondsAgo(50) };
    const { activities, keys } = given([entryOf()], [ended]);
    expect(await activities.takeOperation(teardown)).toMatchObject({
      taken: false,
      because: expect.stringContaining('is put aside in 10 s'),
    });
    expect(keys()).toEqual(['bootstrap_rook-ceph.run-1']);
  });

  it('follows an operation that went on under a new run', async () => {
    const runs: KnownRun[] = [
      { ...BOOTSTRAP_RUN, status: 'CONTINUED_AS_NEW', closeTime: secondsAgo(500) },
      { ...BOOTSTRAP_RUN, runId: 'run-1b', firstRunId: 'run-1', startTime: secondsAgo(500) },
    ];
    expect(await given([entryOf()], runs).activities.takeOperation(teardown)).toMatchObject({ taken: false });
    const ended = runs.with(1, { ...BOOTSTRAP_RUN, runId: 'run-1b', firstRunId: 'run-1', closeTime: secondsAgo(61) });
    expect(await given([entryOf()], ended).activities.takeOperation(teardown)).toMatchObject({ taken: true });
  });

  it('puts an earlier run of an id aside that was started again', async () => {
    const runs: KnownRun[] = [
      { ...BOOTSTRAP_RUN, status: 'TERMINATED', closeTime: secondsAgo(61) },
      { ...BOOTSTRAP_RUN, runId: 'run-9', startTime: secondsAgo(5) },
    ];
    const { activities } = given([entryOf()], runs);
    expect(await activities.takeOperation(asking('bootstrap', 'run-9'))).toEqual({ taken: true, already: false });
  });

  it('asks a person about a holder that Temporal does not know, with the command that breaks the hold', async () => {
    const { server, activities } = given([entryOf()], []);
    const answer = await activities.takeOperation(teardown);
    expect(answer).toMatchObject({
      taken: false,
      because: expect.stringContaining(
        `kubectl -n rook-ceph patch configmap cephflow-operations --type=json -p '[{"op":"remove","path":"/data/bootstrap_rook-ceph.run-1"}]'`,
      ),
    });
    server.set(CLUSTER, REGISTER_NAME, {});
    expect(await activities.takeOperation(teardown)).toEqual({ taken: true, already: false });
  });

  it('asks a person about an entry that cannot be read', async () => {
    const { activities, keys } = given([['scribble', 'not JSON']], [BOOTSTRAP_RUN]);
    expect(await activities.takeOperation(teardown)).toMatchObject({
      taken: false,
      because: expect.stringContaining('"scribble"'),
    });
    expect(keys()).toEqual(['scribble']);
  });

  it('fails, to be tried again, where Temporal does not answer, and changes nothing', async () => {
    const { activities, keys } = given([entryOf()], 'unreachable');
    await expect(activities.takeOperation(teardown)).rejects.toMatchObject({ class: 'Unavailable', retryable: true });
    expect(keys()).toEqual(['bootstrap_rook-ceph.run-1']);
  });

  it('leaves reading operations beside it in the register', async () => {
    const reading = entryOf({ operation: 'check-health', workflowId: 'check-health:rook-ceph', runId: 'run-5' });
    const { activities, keys } = given([reading], 'unreachable');
    expect(await activities.takeOperation(teardown)).toEqual({ taken: true, already: false });
    expect(keys()).toEqual(['check-health_rook-ceph.run-5', 'teardown_rook-ceph.run-2']);
  });
});

describe('giving a cluster back', () => {
  it('takes the own entry away, and the register with the last one', async () => {
    const { server, activities, keys } = given([entryOf()], [BOOTSTRAP_RUN]);
    const own = { cluster: CLUSTER, workflowId: 'bootstrap:rook-ceph', runId: 'run-1' };
    const reading = asking('check-health', 'run-5');
    await activities.takeOperation(reading);
    expect(await activities.releaseOperation(own)).toEqual({ already: false });
    expect(keys()).toEqual(['check-health_rook-ceph.run-5']);
    expect(await activities.releaseOperation(own)).toEqual({ already: true });
    expect(await activities.releaseOperation(reading)).toEqual({ already: false });
    expect(server.dataOf(CLUSTER, REGISTER_NAME)).toBeUndefined();
  });

  it('is done already where register or namespace are gone', async () => {
    expect(await given([]).activities.releaseOperation(teardown)).toEqual({ already: true });
  });
});

describe('holding a cluster', () => {
  it('is required of every change: a broken hold or a removed namespace stops it', async () => {
    const { server, activities } = given([]);
    await activities.takeOperation(teardown);
    await expect(requireHeld(server.kubernetes, teardown)).resolves.toBeUndefined();
    await expect(requireHeld(server.kubernetes, asking('teardown', 'run-3'))).rejects.toMatchObject({
      code: 'LOCK_LOST',
    });
    await activities.releaseOperation(teardown);
    await expect(requireHeld(server.kubernetes, teardown)).rejects.toMatchObject({ code: 'LOCK_LOST' });
  });

  it('shows what it waits for', async () => {
    const { activities } = given([], [{ workflowId: 'teardown:rook-ceph', runId: 'run-2' }]);
    await activities.takeOperation(teardown);
    const status = { phase: 'Failure' as const, message: 'stop-daemons is parked' };
    expect(await activities.noteAwaiting({ ...teardown, awaiting: 'operator', status })).toEqual({ already: false });
    expect(await activities.noteAwaiting({ ...teardown, awaiting: 'operator', status })).toEqual({ already: true });
    expect(await activities.takeOperation(asking('bootstrap', 'run-3'))).toMatchObject({
      holder: { awaiting: 'operator' },
    });
    const lost = { ...asking('teardown', 'run-3'), awaiting: 'operator' as const, status };
    await expect(activities.noteAwaiting(lost)).rejects.toMatchObject({ code: 'LOCK_LOST' });
  });
});

describe('an operation that lets others in', () => {
  const replacing = asking('replace-disk', 'run-5');
  const own = { operation: 'replace-disk', workflowId: 'replace-disk:rook-ceph', runId: 'run-5' };
  const REPLACING: KnownRun = { workflowId: own.workflowId, runId: own.runId };
  const removing = { ...asking('remove-disk', 'run-6'), target: 'osd.6' };

  it('stays in the register under the id of its OSD, and may change nothing meanwhile', async () => {
    const { server, activities } = given([entryOf({ ...own, target: 'serial:n1' })], [REPLACING]);
    await requireHeld(server.kubernetes, replacing);
    expect(await activities.yieldOperation({ ...replacing, target: 'osd.5', node: 'n1' })).toEqual({ already: false });
    expect(await activities.yieldOperation({ ...replacing, target: 'osd.5', node: 'n1' })).toEqual({ already: true });
    expect(await activities.readOperations({ cluster: CLUSTER })).toMatchObject([
      { target: 'osd.5', node: 'n1', yields: true },
    ]);
    await expect(requireHeld(server.kubernetes, replacing)).rejects.toMatchObject({
      code: 'LOCK_LOST',
      message: expect.stringContaining('lets others in'),
    });
    expect(await activities.takeOperation({ ...removing, target: 'osd.5' })).toMatchObject({ taken: false });
    expect(await activities.takeOperation(removing)).toEqual({ taken: true, already: false });
  });

  it('takes the cluster again only when those have ended, as what it was', async () => {
    const yielding = entryOf({ ...own, target: 'osd.5', yields: true });
    const { server, activities } = given(
      [yielding],
      [REPLACING, { workflowId: 'remove-disk:rook-ceph', runId: 'run-6' }],
    );
    await activities.takeOperation(removing);
    expect(await activities.takeOperation(replacing)).toMatchObject({
      taken: false,
      holder: { workflowId: 'remove-disk:rook-ceph' },
    });
    await activities.releaseOperation(removing);
    expect(await activities.takeOperation(replacing)).toEqual({ taken: true, already: false });
    await requireHeld(server.kubernetes, replacing);
    const [again] = await activities.readOperations({ cluster: CLUSTER });
    expect(again).toEqual(JSON.parse(entryOf({ ...own, target: 'osd.5' })[1]));
  });

  it('cannot where its entry was broken', async () => {
    const { activities } = given([]);
    await expect(activities.yieldOperation({ ...replacing, target: 'osd.5', node: 'n1' })).rejects.toMatchObject({
      code: 'LOCK_LOST',
    });
  });

  it('tells in the document only while nobody else is at work', async () => {
    const yielding = entryOf({ ...own, target: 'osd.5', yields: true });
    const status = { phase: 'Failure' as const, message: 'waits for hands' };
    const note = { ...replacing, awaiting: 'operator' as const, status };
    const { server, activities } = given([yielding, entryOf({ operation: 'remove-disk', runId: 'run-6' })]);
    server.kubernetes.patchStatus = () => Promise.reject(new Error('the document was written'));
    expect(await activities.noteAwaiting(note)).toEqual({ already: false });
  });
});
