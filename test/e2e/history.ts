import { temporal as proto } from '@temporalio/proto';
import { until } from '../../deploy/lab/until.ts';
import type { Operation } from './operation.ts';

export type Moment = 'before' | 'during' | 'after';

/** One activity of a history, by what the history says of it. */
export interface ActivityRecord {
  scheduledEventId: string;
  activity: string;
  queue: string;
  ended: boolean;
}

/** Every activity that the operation scheduled so far, in order. */
export async function activitiesOf({ handle }: Operation): Promise<ActivityRecord[]> {
  const { events } = await handle.fetchHistory();
  const records = new Map<string, ActivityRecord>();
  for (const event of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const scheduledEventId = String(event.eventId);
      const activity = scheduled.activityType?.name ?? '';
      records.set(scheduledEventId, {
        scheduledEventId,
        activity,
        queue: scheduled.taskQueue?.name ?? '',
        ended: false,
      });
    }
    // A wait that is not needed any more is called off, which is an end as well.
    const ended =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    const record = ended ? records.get(String(ended.scheduledEventId)) : undefined;
    if (record) record.ended = true;
  }
  return [...records.values()];
}

/** Which activities a worker has taken and not ended yet; only Temporal's description tells, the history learns it at the end. */
async function startedNow({ handle }: Operation): Promise<string[]> {
  const { raw } = await handle.describe();
  const started = proto.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;
  return (raw.pendingActivities ?? [])
    .filter(({ state }) => state === started)
    .map(({ activityType }) => activityType?.name ?? '');
}

export interface Occasion {
  activity: string;
  moment: Moment;
  /** The how-manieth of this activity; the first without it. */
  count?: number;
}

/** Waits for the moment of an activity: scheduled, taken by a worker (or over, where it was too short to be seen), or ended. */
export async function untilOccasion(operation: Operation, { activity, moment, count = 1 }: Occasion): Promise<void> {
  await until(`${operation.handle.workflowId} is ${moment} ${activity} (${count})`, 300, async () => {
    const known = (await activitiesOf(operation)).filter((record) => record.activity === activity);
    if (moment === 'before' && known.length >= count) return true;
    const over = known.filter(({ ended }) => ended).length >= count;
    if (over) return true;
    if (moment === 'during' && known.length >= count && (await startedNow(operation)).includes(activity)) return true;
    if (await operation.isClosed())
      throw new Error(`${operation.handle.workflowId} ended before it was ${moment} ${activity} (${count}).`);
    return false;
  });
}

/**
 * Approves the plan that is asked and stops the operation between its last look and its first change, so that a story can change reality
 * exactly there.
 */
export async function approveThenPause(operation: Operation, more: Record<string, string> = {}): Promise<void> {
  await operation.untilAsked();
  const looks = (await activitiesOf(operation)).filter(({ activity }) => activity === 'installAgents').length;
  await operation.approve(more);
  await untilOccasion(operation, { activity: 'installAgents', moment: 'before', count: looks + 1 });
  const { taken, sentence } = await operation.update('pause', { by: 'e2e' });
  if (!taken) throw new Error(`The operation was not paused: ${sentence}`);
  const { steps } = await operation.untilState('is paused before its first change', ({ phase }) => phase === 'apply');
  const begun = steps.filter(({ id, attempt }) => !['plan', 'lock'].includes(id) && attempt > 0);
  if (begun.length > 0)
    throw new Error(`The pause came too late: ${begun.map(({ id }) => id).join(', ')} began before it.`);
}
