import { describe, expect, it } from 'vitest';
import { activityRecords } from '../../deploy/bench/activity-record.ts';

const data = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const at = (seconds: number) => ({ seconds, nanos: 500_000_000 }) as never;

const history = (result: unknown, summary?: string) => [
  {
    eventId: 5 as never,
    eventTime: at(100),
    activityTaskScheduledEventAttributes: { activityType: { name: 'startMons' } },
    ...(summary === undefined ? {} : { userMetadata: { summary: { data: data(summary) } } }),
  },
  { eventId: 6 as never, eventTime: at(101), activityTaskStartedEventAttributes: {} },
  {
    eventId: 7 as never,
    eventTime: at(111),
    activityTaskCompletedEventAttributes: {
      scheduledEventId: 5 as never,
      startedEventId: 6 as never,
      result: { payloads: [{ data: data(result) }] },
    },
  },
];

describe('the activities of a history', () => {
  it('are read with their step, their time and whose it was', () => {
    const took = { ceph: 4, kubernetes: 5, own: 1 };
    expect(activityRecords(history({ already: false, took }, 'start-mons'))).toEqual([
      { step: 'start-mons', activity: 'startMons', startedAt: 101.5, endedAt: 111.5, took },
    ]);
  });

  it('count as our own where they say nothing of it', () => {
    const [record] = activityRecords(history('n1'));
    expect(record).toMatchObject({ step: undefined, took: { ceph: 0, kubernetes: 0, own: 10 } });
  });
});
