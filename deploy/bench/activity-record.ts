import type { temporal } from '@temporalio/proto';
import type { TimeShares } from '../../src/time-shares.ts';

type Event = temporal.api.history.v1.IHistoryEvent;

/** One completed activity of a history. Times in seconds since the epoch. */
export interface ActivityRecord {
  /** Id of the step that it belongs to; `undefined` for what stands around the steps. */
  step: string | undefined;
  activity: string;
  startedAt: number;
  endedAt: number;
  took: TimeShares;
}

/** The completed activities of a history, with whose time each took (worker/activity-times.ts). One without shares counts as our own. */
export function activityRecords(events: Event[]): ActivityRecord[] {
  const byId = new Map(events.map((event) => [String(event.eventId), event]));
  return events.flatMap((event) => {
    const completed = event.activityTaskCompletedEventAttributes;
    const scheduled = byId.get(String(completed?.scheduledEventId));
    const started = byId.get(String(completed?.startedEventId));
    if (!completed || scheduled === undefined || started === undefined) return [];
    const [startedAt, endedAt] = [secondsOf(started), secondsOf(event)];
    const result = json(completed.result?.payloads?.[0]?.data) as { took?: TimeShares } | null | undefined;
    return [
      {
        step: json(scheduled.userMetadata?.summary?.data) as string | undefined,
        activity: scheduled.activityTaskScheduledEventAttributes?.activityType?.name ?? '',
        startedAt,
        endedAt,
        took: result?.took ?? { ceph: 0, kubernetes: 0, own: endedAt - startedAt },
      },
    ];
  });
}

/** Time of an event in seconds since the epoch. */
export const secondsOf = ({ eventTime }: Event): number =>
  Number(eventTime?.seconds ?? 0) + (eventTime?.nanos ?? 0) / 1e9;

const json = (data: Uint8Array | null | undefined): unknown =>
  data === null || data === undefined || data.length === 0 ? undefined : JSON.parse(Buffer.from(data).toString('utf8'));
