import type { ClusterInput } from './ceph-activities.ts';

/** Id of a cluster's schedule, and (with a time stamp behind it) of the runs that it starts. */
export const healthScheduleId = (cluster: string): string => `check-health:${cluster}`;

/** How often a cluster is looked at. */
export const HEALTH_INTERVAL_SECONDS = 60;

/** After an outage the runs that were missed tell nothing any more. */
export const HEALTH_CATCH_UP_SECONDS = 60;

/** Where a cluster's schedule is. `different`: it is there, but would not do what bootstrap set. */
export type HealthSchedule =
  | { state: 'running' }
  | { state: 'paused'; note: string }
  | { state: 'different'; because: string }
  | { state: 'missing' };

/** Activities of the queue `cephflow` that look after the schedule. Each may be called again. */
export interface ScheduleActivities {
  readHealthSchedule(input: ClusterInput): Promise<HealthSchedule>;
  /** Makes it, sets it right, resumes it; reads back. */
  watchHealth(input: ClusterInput): Promise<{ already: boolean }>;
  /** Takes it away; reads back. */
  unwatchHealth(input: ClusterInput): Promise<{ already: boolean }>;
}
