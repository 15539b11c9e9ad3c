import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type Client,
  type ScheduleDescription,
  type ScheduleHandle,
} from '@temporalio/client';
import { checkHealthContract } from '../../src/contract/check-health.ts';
import {
  HEALTH_CATCH_UP_SECONDS,
  HEALTH_INTERVAL_SECONDS,
  healthScheduleId,
  type HealthSchedule,
  type ScheduleActivities,
} from '../../src/contract/health-schedule.ts';
import { OPS_QUEUE } from '../../src/contract/queues.ts';
import { CephflowError, failure } from '../../src/errors.ts';

const ANSWER_WITHIN_MS = 10_000;

/** Activities of the queue `cephflow` that need only Temporal. */
export const createScheduleActivities = ({ temporal }: { temporal: Client }): ScheduleActivities => ({
  readHealthSchedule: ({ cluster }) => readHealthSchedule(temporal, cluster),
  watchHealth: ({ cluster }) => watchHealth(temporal, cluster),
  unwatchHealth: ({ cluster }) => unwatchHealth(temporal, cluster),
});

/** Where the cluster's schedule is, by Temporal's own word. Changes nothing. @throws COMMAND_FAILED where Temporal does not tell */
export async function readHealthSchedule(temporal: Client, cluster: string): Promise<HealthSchedule> {
  const description = await asking(temporal, cluster, 'read', (handle) => handle.describe());
  return description === undefined ? { state: 'missing' } : judged(cluster, description);
}

/**
 * Makes the schedule, sets it right where somebody changed it, and resumes it where it is paused. A second call finds it running and
 * changes nothing.
 */
async function watchHealth(temporal: Client, cluster: string): Promise<{ already: boolean }> {
  const before = await readHealthSchedule(temporal, cluster);
  if (before.state === 'running') return { already: true };
  if (before.state === 'missing') await make(temporal, cluster);
  else
    await asking(temporal, cluster, 'set right', (handle) =>
      handle.update(() => ({ ...wanted(cluster), state: { paused: false, note: '' } })),
    );
  const after = await readHealthSchedule(temporal, cluster);
  if (after.state === 'running') return { already: false };
  throw failure(
    'COMMAND_FAILED',
    `The schedule ${healthScheduleId(cluster)} was set right, but Temporal says that it is ${after.state}`,
  );
}

async function unwatchHealth(temporal: Client, cluster: string): Promise<{ already: boolean }> {
  if ((await readHealthSchedule(temporal, cluster)).state === 'missing') return { already: true };
  await asking(temporal, cluster, 'remove', (handle) => handle.delete());
  if ((await readHealthSchedule(temporal, cluster)).state === 'missing') return { already: false };
  throw failure('COMMAND_FAILED', `The schedule ${healthScheduleId(cluster)} is still there after it was removed`);
}

/** Of two that make it at the same time one finds it made. */
const make = (temporal: Client, cluster: string): Promise<unknown> =>
  asking(temporal, cluster, 'make', () =>
    temporal.schedule.create({ scheduleId: healthScheduleId(cluster), ...wanted(cluster) }).catch((error: unknown) => {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }),
  );

const wanted = (cluster: string) => ({
  spec: { intervals: [{ every: HEALTH_INTERVAL_SECONDS * 1000 }] },
  action: {
    type: 'startWorkflow' as const,
    workflowType: checkHealthContract.workflowType,
    workflowId: healthScheduleId(cluster),
    taskQueue: OPS_QUEUE,
    args: [{ cluster }],
    staticSummary: `health of cluster ${cluster}`,
  },
  policies: { overlap: 'SKIP' as const, catchupWindow: HEALTH_CATCH_UP_SECONDS * 1000 },
});

function judged(cluster: string, description: ScheduleDescription): HealthSchedule {
  const because = differences(cluster, description);
  if (because.length > 0) return { state: 'different', because: because.join('; ') };
  const { paused, note = '' } = description.state;
  return paused ? { state: 'paused', note } : { state: 'running' };
}

/** Only what changes when, where or for which cluster it runs. */
function differences(cluster: string, { spec, action, policies, state }: ScheduleDescription): string[] {
  const [interval, ...more] = spec.intervals ?? [];
  const others = [spec.calendars, spec.skip].flatMap((list) => list ?? []);
  const isWhen = interval?.every === HEALTH_INTERVAL_SECONDS * 1000 && more.length + others.length === 0;
  const isBounded = spec.startAt !== undefined || spec.endAt !== undefined || state.remainingActions !== undefined;
  const isWhat =
    action.workflowType === checkHealthContract.workflowType &&
    action.taskQueue === OPS_QUEUE &&
    JSON.stringify(action.args) === JSON.stringify([{ cluster }]);
  const isHow = policies.overlap === 'SKIP' && policies.catchupWindow === HEALTH_CATCH_UP_SECONDS * 1000;
  return [
    ...(isWhen ? [] : [`it does not run every ${HEALTH_INTERVAL_SECONDS} s`]),
    ...(isBounded ? ['it ends by itself'] : []),
    ...(isWhat ? [] : [`it does not start checkHealth of ${cluster} on the queue ${OPS_QUEUE}`]),
    ...(isHow && !policies.pauseOnFailure ? [] : ['what it does with late, overlapping or failed runs was changed']),
  ];
}

/** One question about the schedule; `undefined` where there is none. */
async function asking<T>(
  temporal: Client,
  cluster: string,
  what: string,
  ask: (handle: ScheduleHandle) => Promise<T>,
): Promise<T | undefined> {
  const id = healthScheduleId(cluster);
  try {
    return await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => ask(temporal.schedule.getHandle(id)));
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    if (error instanceof CephflowError) throw error;
    const because =
      error instanceof Error ? (error.cause instanceof Error ? error.cause : error).message : String(error);
    throw failure('COMMAND_FAILED', `Could not ${what} the schedule ${id} in Temporal: ${because}`, { cause: error });
  }
}
