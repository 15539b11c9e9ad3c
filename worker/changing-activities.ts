import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { requireHeld } from '../activities/operations/require-held.ts';
import type { BootstrapActivities } from '../src/contract/bootstrap-activities.ts';
import type { CephActivities, HostDiskActivities } from '../src/contract/ceph-activities.ts';
import type { OsdActivities, OsdObjectActivities } from '../src/contract/osd-activities.ts';
import type { ScheduleActivities } from '../src/contract/health-schedule.ts';
import type { TeardownActivities } from '../src/contract/teardown-activities.ts';
import { failure } from '../src/errors.ts';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';

type Changing = keyof (HostDiskActivities &
  Pick<
    CephActivities,
    'makeIdentity' | 'registerMgrs' | 'makeCrashKey' | 'applySettings' | 'setUpDashboard' | 'verifyCluster'
  > &
  Omit<
    OsdActivities,
    'planForcedDestroy' | 'readLayout' | 'readHeld' | 'untilOsdsIn' | 'untilSettled' | 'untilSafeToDestroy'
  > &
  Omit<OsdObjectActivities, 'planRemoveDisk' | 'planReplaceDisk' | 'planSwap'> &
  Omit<BootstrapActivities, 'planBootstrap' | 'planAddDisk' | 'planAddNode' | 'showDisks' | 'untilOsdPodsReady'> &
  Omit<ScheduleActivities, 'readHealthSchedule'> &
  Omit<TeardownActivities, 'planTeardown' | 'planKeep'>);

/** Activities that change the cluster or a host. A record, so that the compiler names one that is missing here. */
const CHANGING: Record<Changing, true> = {
  makeMonStore: true,
  createOsd: true,
  wipeOwnDisk: true,
  wipeNewDisk: true,
  removeOsdDirectory: true,
  drainOsd: true,
  undrainOsd: true,
  purgeOsd: true,
  outOsd: true,
  inOsd: true,
  destroyOsd: true,
  forceDestroyOsd: true,
  weighOsd: true,
  placeHost: true,
  holdData: true,
  moveData: true,
  putBack: true,
  stopOsd: true,
  rememberRemoved: true,
  forgetRemoved: true,
  removeHostDirectories: true,
  makeIdentity: true,
  registerMgrs: true,
  makeCrashKey: true,
  applySettings: true,
  setUpDashboard: true,
  verifyCluster: true,
  rememberCluster: true,
  placeMons: true,
  startMons: true,
  startMgrs: true,
  startOsds: true,
  protectDaemons: true,
  exposeDashboard: true,
  startToolbox: true,
  startCrashCollectors: true,
  writeStatus: true,
  watchHealth: true,
  unwatchHealth: true,
  stopDaemons: true,
  removeObjects: true,
  rememberKept: true,
  removeRemadeObjects: true,
  showStopped: true,
  removeAgents: true,
  rememberOwed: true,
  forgetCluster: true,
};

/** Before each change: does this operation still hold the cluster? An activity of one that lost it must not write any more. */
export const onlyWhileHeld = (kubernetes: Kubernetes): ActivityInboundCallsInterceptor => ({
  async execute(input, next) {
    const { activityType, workflowExecution } = Context.current().info;
    const cluster = (input.args[0] as { cluster?: string } | undefined)?.cluster;
    if (activityType in CHANGING) {
      if (cluster === undefined || workflowExecution === undefined)
        throw failure(
          'LOCK_LOST',
          `${activityType} was called outside an operation on a cluster, so it changed nothing`,
        );
      await requireHeld(kubernetes, { cluster, ...workflowExecution });
    }
    return next(input);
  },
});
