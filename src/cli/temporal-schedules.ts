import { ScheduleNotFoundError, type Client, type ScheduleDescription } from '@temporalio/client';
import { healthScheduleId } from '../contract/health-schedule.ts';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';
import type { ScheduleAct, ScheduleRow } from './temporal-port.ts';

const PREFIX = healthScheduleId('');

/** Schedules of all clusters, or of one; each is read by itself, because Temporal's list lags behind. */
export async function readSchedules(client: Client, cluster: string | undefined): Promise<ScheduleRow[]> {
  const clusters = cluster === undefined ? await listClusters(client) : [cluster];
  const rows = await Promise.all(clusters.toSorted().map((name) => readOne(client, name)));
  return rows.filter((row) => row !== undefined);
}

/** @throws CommandError where there is no such schedule */
export async function steerSchedule(client: Client, cluster: string, act: ScheduleAct, note: string): Promise<void> {
  const handle = client.schedule.getHandle(healthScheduleId(cluster));
  try {
    if (act === 'pause') await handle.pause(note);
    else if (act === 'resume') await handle.unpause(note);
    // Said, because the client would else start it beside a run that is under way, and without the result of the run before.
    else await handle.trigger('SKIP');
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) throw missing(cluster);
    throw error;
  }
}

async function listClusters(client: Client): Promise<string[]> {
  const found: string[] = [];
  for await (const { scheduleId } of client.schedule.list())
    if (scheduleId.startsWith(PREFIX)) found.push(scheduleId.slice(PREFIX.length));
  return found;
}

async function readOne(client: Client, cluster: string): Promise<ScheduleRow | undefined> {
  try {
    return rowOf(cluster, await client.schedule.getHandle(healthScheduleId(cluster)).describe());
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

function rowOf(cluster: string, { scheduleId, state, info }: ScheduleDescription): ScheduleRow {
  const last = info.recentActions.at(-1)?.takenAt;
  const next = state.paused ? undefined : info.nextActionTimes[0];
  return {
    id: scheduleId,
    cluster,
    state: state.paused ? 'paused' : 'running',
    note: state.note ?? '',
    ...(last === undefined ? {} : { lastRunAt: last.toISOString() }),
    ...(next === undefined ? {} : { nextRunAt: next.toISOString() }),
  };
}

const missing = (cluster: string): CommandError =>
  new CommandError(
    EXIT.refused,
    `There is no schedule of cluster ${cluster}; "cephflow bootstrap ${cluster}" makes it again.`,
  );
