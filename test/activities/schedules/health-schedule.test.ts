import { describe, expect, it } from 'vitest';
import { createScheduleActivities } from '../../../activities/schedules/health-schedule.ts';
import { fakeTemporal } from '../../builders/fake-temporal.ts';

const CLUSTER = 'rook-ceph';
const ID = `check-health:${CLUSTER}`;

const given = () => {
  const temporal = fakeTemporal();
  const activities = createScheduleActivities({ temporal: temporal.client });
  const input = { cluster: CLUSTER };
  return {
    temporal,
    watch: () => activities.watchHealth(input),
    unwatch: () => activities.unwatchHealth(input),
    read: () => activities.readHealthSchedule(input),
    kept: () => temporal.schedules.get(ID),
  };
};

describe('the schedule of a cluster', () => {
  it('looks every minute, never twice at once, and makes up for nothing that was missed', async () => {
    const { watch, kept, read } = given();
    expect(await watch()).toEqual({ already: false });
    expect(kept()).toMatchObject({
      spec: { intervals: [{ every: 60_000 }] },
      action: { workflowType: 'checkHealth', workflowId: ID, taskQueue: 'cephflow', args: [{ cluster: CLUSTER }] },
      policies: { overlap: 'SKIP', catchupWindow: 60_000 },
    });
    expect(await read()).toEqual({ state: 'running' });
  });

  it('is left as it is by a second call', async () => {
    const { watch, temporal } = given();
    await watch();
    expect(await watch()).toEqual({ already: true });
    expect(temporal.changes).toEqual([`create ${ID}`]);
  });

  it('tells by whose note it is paused, and goes on again', async () => {
    const { watch, read, kept } = given();
    await watch();
    Object.assign(kept() ?? {}, { state: { paused: true, note: 'by ada: quiet night' } });
    expect(await read()).toEqual({ state: 'paused', note: 'by ada: quiet night' });
    expect(await watch()).toEqual({ already: false });
    expect(await read()).toEqual({ state: 'running' });
  });

  it.each<[string, object]>([
    ['every 60 s', { spec: { intervals: [{ every: 3_600_000 }] } }],
    ['ends by itself', { state: { paused: false, remainingActions: 0 } }],
    [
      'checkHealth of rook-ceph',
      { action: { workflowType: 'checkHealth', taskQueue: 'cephflow', args: [{ cluster: 'b' }] } },
    ],
    ['late, overlapping or failed', { policies: { overlap: 'ALLOW_ALL', catchupWindow: 60_000 } }],
    ['late, overlapping or failed', { policies: { overlap: 'SKIP' } }],
  ])('is set right where somebody changed it (%s)', async (because, change) => {
    const { watch, read, kept } = given();
    await watch();
    Object.assign(kept() ?? {}, change);
    expect(await read()).toMatchObject({ state: 'different', because: expect.stringContaining(because) });
    expect(await watch()).toEqual({ already: false });
    expect(await read()).toEqual({ state: 'running' });
  });

  it('is proven gone when it was taken away, and twice is no harm', async () => {
    const { watch, unwatch, read } = given();
    await watch();
    expect(await unwatch()).toEqual({ already: false });
    expect(await read()).toEqual({ state: 'missing' });
    expect(await unwatch()).toEqual({ already: true });
  });

  it('is not called missing where Temporal does not answer', async () => {
    const { temporal, read } = given();
    Object.assign(temporal.client, { withDeadline: () => Promise.reject(new Error('14 UNAVAILABLE')) });
    await expect(read()).rejects.toMatchObject({ code: 'COMMAND_FAILED', message: expect.stringContaining(ID) });
  });
});
