/** The only place with timeouts and retries. Which failures are retried at all is decided by their code (worker/activity-failures.ts). */
import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { AgentActivities, BootstrapActivities, ObserveActivities } from '../src/contract/bootstrap-activities.ts';
import type { HealthLookActivities, HealthReportActivities } from '../src/contract/check-health-activities.ts';
import type { CephActivities, HostDiskActivities, HostProbeActivities } from '../src/contract/ceph-activities.ts';
import type { OperationActivities } from '../src/contract/exclusion.ts';
import type { ScheduleActivities } from '../src/contract/health-schedule.ts';
import type { NoticeActivities } from '../src/contract/notice.ts';
import type { OsdObjectActivities } from '../src/contract/osd-activities.ts';
import { cephQueue, diskQueue, OPS_QUEUE, probeQueue } from '../src/contract/queues.ts';
import type { HostWaitActivities } from '../src/contract/host-activities.ts';
import type { TeardownActivities } from '../src/contract/teardown-activities.ts';

const RETRY = {
  initialInterval: '1 second',
  backoffCoefficient: 2,
  maximumInterval: '10 seconds',
  // An agent of an earlier image that does not have the activity: tried for ever it would look like work that goes on.
  nonRetryableErrorTypes: ['NotFoundError'],
};

/** A dead worker is noticed after this long; longer than any pause of a busy event loop. */
const HEARTBEAT = '15 seconds';

/** How long a host may leave work lying before it counts as silent. */
const HOST_PATIENCE = '30 seconds';

/** A running write is let finish when the operation is cancelled; a wait ends at once because it obeys the cancellation. */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

const waiting: ActivityOptions = {
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: HEARTBEAT,
  retry: RETRY,
  cancellationType,
};

export type OpsActivities = AgentActivities &
  BootstrapActivities &
  TeardownActivities &
  OperationActivities &
  HostWaitActivities &
  NoticeActivities &
  OsdObjectActivities &
  ScheduleActivities;

/** Activities that need only the Kubernetes API. */
export const ops = proxyActivities<OpsActivities>({ ...waiting, taskQueue: OPS_QUEUE });

/** Waits for another operation: one retried activity, however many days it takes. */
export const patientOps = proxyActivities<OpsActivities>({
  taskQueue: OPS_QUEUE,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '2 seconds', backoffCoefficient: 1 },
});

/** The Ceph command line, on any agent of the cluster. */
export const cephOn = (cluster: string) =>
  proxyActivities<CephActivities>({ ...waiting, taskQueue: cephQueue(cluster) });

/** A short look through any agent that may find none: the cluster is then unreachable, which is an answer. */
export const briefCephOn = (cluster: string) =>
  proxyActivities<CephActivities>({
    taskQueue: cephQueue(cluster),
    startToCloseTimeout: '1 minute',
    scheduleToCloseTimeout: '2 minutes',
    retry: { maximumAttempts: 2 },
  });

/** The look of a health run: an agent that takes it only after this long has told by its silence what there is to tell. */
export const lookOn = (cluster: string) =>
  proxyActivities<HealthLookActivities>({
    taskQueue: cephQueue(cluster),
    scheduleToCloseTimeout: '25 seconds',
    retry: { maximumAttempts: 1 },
  });

/** The end of a health run: given up before the next one begins, which then looks anew. */
export const briefOps = proxyActivities<HealthReportActivities>({
  taskQueue: OPS_QUEUE,
  startToCloseTimeout: '20 seconds',
  scheduleToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2 },
});

export type HostActivities = HostProbeActivities & ObserveActivities & HostDiskActivities;

/** Activities of one host, by the queue each belongs to. `patient` ones wait for the host without a limit. */
export function hostActivities(cluster: string, node: string, patience: 'bounded' | 'unlimited') {
  const limit: ActivityOptions = patience === 'bounded' ? { scheduleToStartTimeout: HOST_PATIENCE } : {};
  return {
    probe: proxyActivities<HostProbeActivities & ObserveActivities>({
      ...waiting,
      ...limit,
      taskQueue: probeQueue(cluster, node),
    }),
    disk: proxyActivities<HostDiskActivities>({ ...waiting, ...limit, taskQueue: diskQueue(cluster, node) }),
  };
}
