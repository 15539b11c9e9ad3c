import type { WorkflowHandle } from '@temporalio/client';
import { expect, it, vi } from 'vitest';
import { createScheduleActivities } from '../../activities/schedules/health-schedule.ts';
import type { HealthResult } from '../../src/contract/check-health.ts';
import type { ClusterStatus } from '../../src/contract/cluster-status.ts';
import { healthScheduleId } from '../../src/contract/health-schedule.ts';
import { failure } from '../../src/errors.ts';
import { healthyCeph } from '../builders/health-observation.ts';
import { Operation, type Rig } from './rig.ts';

export function aboutCheckHealth(rig: () => Rig): void {
  const byHand = async (cluster: string, input: unknown = { cluster }): Promise<WorkflowHandle> =>
    rig().start('checkHealth', input, healthScheduleId(cluster));
  const resultOf = (handle: WorkflowHandle) => handle.result() as Promise<HealthResult>;

  it('started by hand tells the health, claims no change, and costs few events', async () => {
    await rig().world('health-hand');
    const handle = await byHand('health-hand');
    const result = await resultOf(handle);
    expect(Object.keys(result)[0]).toBe('summary');
    expect(result).toMatchObject({ health: 'HEALTH_OK', findings: [], changes: [] });
    const { historyLength, typedSearchAttributes } = await handle.describe();
    expect(historyLength).toBeLessThan(60);
    const columns = typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]);
    expect(Object.fromEntries(columns)).toMatchObject({
      CephCluster: 'health-hand',
      CephOperation: 'check-health',
      CephHealth: 'HEALTH_OK',
    });
    expect(await new Operation(handle).activitySummaries()).toEqual([
      ['readHealthFacts', 'look'],
      ['reportHealth', 'judge'],
    ]);
  });

  it('takes agents that cannot look for an answer', async () => {
    const world = await rig().world('health-silent');
    world.on('readHealthFacts', () => {
      throw failure('FORBIDDEN', 'The agent may not read Secret rook-ceph-mon');
    });
    const result = await resultOf(await byHand('health-silent'));
    expect(result).toMatchObject({ health: 'UNREACHABLE', findings: [{ code: 'AGENTS_SILENT' }] });
    expect(result.summary).toContain('AGENTS_SILENT');
  });

  it.each([
    ['nothing', null],
    ['a field of operations', { cluster: 'health-input', dryRun: true }],
  ])('refuses %s as input, with an example', async (what, input) => {
    const { type, message } = await new Operation(await byHand(`input-${what.replaceAll(' ', '-')}`, input)).failure();
    expect(type).toBe('INVALID_INPUT');
    expect(message).toContain('{"cluster":"rook-ceph"}');
    expect(message).not.toContain('did you mean');
  });

  it('by its schedule knows the run before, and tells what changed since', async () => {
    const cluster = 'health-schedule';
    const world = await rig().world(cluster);
    const { client } = rig();
    const schedules = createScheduleActivities({ temporal: client });
    await schedules.watchHealth({ cluster });
    expect(await schedules.readHealthSchedule({ cluster })).toEqual({ state: 'running' });
    expect(await schedules.watchHealth({ cluster })).toEqual({ already: true });
    const schedule = client.schedule.getHandle(healthScheduleId(cluster));
    const results = async (): Promise<HealthResult[]> => {
      const { recentActions } = (await schedule.describe()).info;
      const runs = recentActions.map(({ action }) => action.workflow);
      const ends = runs.map(({ workflowId, firstExecutionRunId }) =>
        client.workflow.getHandle(workflowId, firstExecutionRunId).result(),
      );
      return (await Promise.all(ends)) as HealthResult[];
    };
    const until = (check: (seen: HealthResult[]) => void) =>
      vi.waitFor(async () => check(await results()), { timeout: 20_000, interval: 200 });
    await schedule.trigger('SKIP');
    await until((seen) => expect(seen.length).toBeGreaterThan(0));
    world.on('readHealthFacts', () => healthyCeph({ flags: [{ flag: 'noout', on: null }] }));
    await schedule.trigger('SKIP');
    // A run of its minute may come between: the first that sees it tells it, and no other one.
    await until((seen) =>
      expect(seen.flatMap(({ changes }) => changes)).toEqual([expect.stringMatching(/^new: ORPHAN_FLAG noout: /)]),
    );

    await schedule.pause('by ada');
    expect(await schedules.readHealthSchedule({ cluster })).toEqual({ state: 'paused', note: 'by ada' });
    await schedules.watchHealth({ cluster });
    expect(await schedules.readHealthSchedule({ cluster })).toEqual({ state: 'running' });
    await schedule.update(({ action, policies, state }) => ({
      action,
      policies,
      state,
      spec: { intervals: [{ every: '1h' }] },
    }));
    expect(await schedules.readHealthSchedule({ cluster })).toMatchObject({ state: 'different' });
    await schedules.watchHealth({ cluster });
    expect(await schedules.readHealthSchedule({ cluster })).toEqual({ state: 'running' });

    expect(await schedules.unwatchHealth({ cluster })).toEqual({ already: false });
    expect(await schedules.readHealthSchedule({ cluster })).toEqual({ state: 'missing' });
    expect(await schedules.unwatchHealth({ cluster })).toEqual({ already: true });
  });

  it('is shown by status, with the schedule as it is', async () => {
    const world = await rig().world('health-status');
    world.on('readHealthSchedule', () => ({ state: 'paused', note: 'by ada' }));
    const handle = await rig().start('readStatus', { cluster: 'health-status' }, 'read-status:health-status');
    expect(((await handle.result()) as ClusterStatus).schedule).toEqual({ state: 'paused', note: 'by ada' });
  });
}
