import type { WorkerInterceptors } from '@temporalio/worker';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';
import { activityFailures } from './activity-failures.ts';
import { activityLogFields } from './activity-log-fields.ts';
import { activityTimes } from './activity-times.ts';
import { onlyWhileHeld } from './changing-activities.ts';
import { heartbeats } from './heartbeats.ts';

/** What runs around every activity of every worker, from the outermost to the innermost. */
export const aroundActivities = (kubernetes: Kubernetes): Required<Pick<WorkerInterceptors, 'activity'>> => ({
  activity: [
    activityLogFields,
    ...[activityTimes(), activityFailures(), heartbeats(), onlyWhileHeld(kubernetes)].map((inbound) => () => ({
      inbound,
    })),
  ],
});
