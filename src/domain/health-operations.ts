import { formatDuration, secondsBetween } from '../console/duration.ts';
import type { Finding } from '../contract/finding.ts';
import type { HealthSchedule } from '../contract/health-schedule.ts';
import type { ObservedHealth, WaitingOperation } from './health-observation.ts';

/** A person who was told by the console has answered within this time, or has not seen it. */
export const WAITS_TOO_LONG_SECONDS = 3600;

/** What waits for a person: operations, owed hosts, the schedule itself. Pure. */
export function judgeOperations({ cluster, now, waiting, owed, schedule }: ObservedHealth): Finding[] {
  return [
    ...waiting.filter(({ since }) => hasWaitedTooLong(since, now)).map((operation) => forgotten(operation, now)),
    ...owed.map(({ host, says }) => owing(cluster, host, says)),
    ...notRunning(cluster, schedule),
  ];
}

export const hasWaitedTooLong = (since: string, now: string): boolean =>
  (secondsBetween(since, now) ?? 0) >= WAITS_TOO_LONG_SECONDS;

function forgotten({ workflowId, awaiting, since, because }: WaitingOperation, now: string): Finding {
  const waits = awaiting === 'approval' ? 'has waited for an approval' : 'has been parked';
  const told = because === '' ? '' : `: ${because}`;
  return {
    code: 'OPERATION_WAITS',
    severity: 'warning',
    because: `${workflowId} ${waits} for ${formatDuration(secondsBetween(since, now) ?? 0)}${told}`,
    remedy: `Look at it with "cephflow show ${workflowId}" and answer, or abort it.`,
    target: workflowId,
  };
}

const owing = (cluster: string, host: string, says: string): Finding => ({
  code: 'HOST_OWED',
  severity: 'warning',
  because: `${host} still holds something that a teardown of ${cluster} could not take away${says === '' ? '' : `: ${says}`}`,
  remedy: `Bring ${host} back and start teardown of ${cluster} again, or wipe its disks by hand.`,
  target: host,
});

function notRunning(cluster: string, schedule: HealthSchedule): Finding[] {
  if (schedule.state === 'running') return [];
  const because = {
    paused: () => `is paused${'note' in schedule && schedule.note !== '' ? ` (${schedule.note})` : ''}`,
    different: () => `does not do what bootstrap set${'because' in schedule ? `: ${schedule.because}` : ''}`,
    missing: () => 'is gone',
  }[schedule.state]();
  return [
    {
      code: 'SCHEDULE_NOT_RUNNING',
      severity: 'warning',
      because: `The schedule check-health:${cluster} ${because}, so nobody looks at the cluster by itself.`,
      remedy:
        schedule.state === 'paused'
          ? `Run "cephflow schedules resume ${cluster}"; bootstrap resumes it as well.`
          : 'Start bootstrap: it makes the schedule again.',
      target: 'schedule',
    },
  ];
}
