import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { createAgentActivities } from '../../activities/agents/agents.ts';
import { createBootstrapActivities } from '../../activities/bootstrap/bootstrap-activities.ts';
import { createCephActivities } from '../../activities/ceph/ceph-activities.ts';
import type { AgentDeps } from '../../activities/ceph/agent-deps.ts';
import { createHostDiskActivities, createHostProbeActivities } from '../../activities/host/host-activities.ts';
import { createObserveActivities } from '../../activities/observe/observe-host.ts';
import { createHostWaitActivities } from '../../activities/hosts/await-hosts.ts';
import { createOperationActivities } from '../../activities/operations/operation-activities.ts';
import { createNoticeActivities } from '../../activities/observe/judge-noticed.ts';
import { createOsdObjectActivities } from '../../activities/osds/osd-activities.ts';
import { keyOf, REGISTER_NAME } from '../../activities/operations/register.ts';
import { createHealthLookActivities } from '../../activities/health/read-health-facts.ts';
import { createHealthReportActivities } from '../../activities/health/report-health.ts';
import { createScheduleActivities } from '../../activities/schedules/health-schedule.ts';
import { createTeardownActivities } from '../../activities/teardown/teardown-activities.ts';
import { CephflowError } from '../../src/errors.ts';
import { onlyWhileHeld } from '../../worker/changing-activities.ts';
import { objectServer, type ObjectServer } from '../builders/object-server.ts';
import { opsDeps } from '../builders/ops-deps.ts';

const CLUSTER = 'rook-ceph';
const RUN = { workflowId: 'bootstrap:rook-ceph', runId: 'run-1' };

/** Read or wait; change nothing of the cluster, its hosts or its objects. */
const READING = [
  'findDaemons',
  'findSilentHosts',
  'planAddDisk',
  'planAddNode',
  'planBootstrap',
  'planForcedDestroy',
  'planKeep',
  'planRemoveDisk',
  'planSwap',
  'planReplaceDisk',
  'planTeardown',
  'readActiveMgr',
  'readClusterState',
  'readHealthFacts',
  'readHealthSchedule',
  'readHost',
  'readLayout',
  'readOperations',
  'requireNoDaemons',
  'showDisks',
  'untilAgentsAnswer',
  'untilHostsAnswer',
  'untilMgrAvailable',
  'untilNewDisk',
  'untilOsdsUp',
  'untilOsdsIn',
  'untilQuorum',
  'readHeld',
  'untilSafeToDestroy',
  'untilSettled',
];
/** Deletes pods that failed already, so that they start anew: no daemon and no data. */
const RESTARTING = ['untilOsdPodsReady'];
/** Change only what belongs to the look or to the lock itself: needed before an operation holds the cluster, or in giving it back. */
const OUTSIDE_THE_LOCK = [
  'installAgents',
  // Rows of the device table, and an operation that asks for itself.
  'askToAdd',
  'withdrawQuestion',
  'judgeNoticed',
  'noteAwaiting',
  'observeHost',
  'releaseOperation',
  'yieldOperation',
  // Tells what Ceph says, in status and Event, whoever holds the cluster.
  'reportHealth',
  'removeAddedAgents',
  'takeOperation',
  'untilOperationTaken',
];

const { kubernetes: nothing } = objectServer();
const deps = opsDeps(nothing);
const agentDeps = { kubernetes: nothing } as unknown as AgentDeps;
const probes = createHostProbeActivities(agentDeps);
/** As worker/ops.ts and worker/agent.ts register them. */
const REGISTERED = Object.keys({
  ...createAgentActivities(deps),
  ...createBootstrapActivities(deps),
  ...createOperationActivities(deps),
  ...createNoticeActivities(deps),
  ...createOsdObjectActivities(deps),
  ...createTeardownActivities(deps),
  ...createHostWaitActivities(deps),
  ...createScheduleActivities(deps),
  ...createHealthReportActivities(deps),
  ...createHealthLookActivities(agentDeps),
  ...createCephActivities(agentDeps),
  ...createHostDiskActivities(agentDeps),
  ...probes,
  ...createObserveActivities(nothing, probes),
}).toSorted();

interface Call {
  activityType: string;
  server: ObjectServer;
  args?: unknown[];
  workflowExecution?: { workflowId: string; runId: string } | undefined;
}

/** `ran`, or the code of the refusal. */
async function call(asked: Call): Promise<unknown> {
  const { activityType, server, args = [{ cluster: CLUSTER }] } = asked;
  const workflowExecution = 'workflowExecution' in asked ? asked.workflowExecution : RUN;
  const environment = new MockActivityEnvironment(
    { activityType, workflowExecution, inWorkflow: workflowExecution !== undefined } as ConstructorParameters<
      typeof MockActivityEnvironment
    >[0],
    { logger: new DefaultLogger('ERROR') },
  );
  try {
    return await environment.run(() => {
      const { execute } = onlyWhileHeld(server.kubernetes);
      if (execute === undefined) throw new Error('nothing is intercepted');
      return execute({ args, headers: {} }, () => Promise.resolve('ran'));
    });
  } catch (error) {
    if (error instanceof CephflowError) return error.code;
    throw error;
  }
}

const heldBy = (run: { workflowId: string; runId: string }): ObjectServer =>
  objectServer({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: REGISTER_NAME, namespace: CLUSTER },
    data: { [keyOf(run)]: '{}' },
  });

const UNLOCKED = [...READING, ...RESTARTING, ...OUTSIDE_THE_LOCK];
const changing = REGISTERED.filter((name) => !UNLOCKED.includes(name));

describe('an activity that changes a cluster', () => {
  it.each(changing)('%s does not run for an operation that lost the cluster', async (activityType) => {
    expect(await call({ activityType, server: objectServer() })).toBe('LOCK_LOST');
    expect(await call({ activityType, server: heldBy({ ...RUN, runId: 'of another' }) })).toBe('LOCK_LOST');
  });

  it('runs for the operation that holds it', async () => {
    for (const activityType of changing) expect(await call({ activityType, server: heldBy(RUN) })).toBe('ran');
  });

  it('does not run on a cluster that is held in another namespace', async () => {
    const args = [{ cluster: 'other' }];
    expect(await call({ activityType: 'createOsd', server: heldBy(RUN), args })).toBe('LOCK_LOST');
  });

  it('does not run where the register cannot be read: unknown is not held', async () => {
    const server = heldBy(RUN);
    server.refuse(({ method }) => method === 'GET', { status: 500, body: {} });
    expect(await call({ activityType: 'wipeOwnDisk', server })).toBe('KUBERNETES_UNREACHABLE');
  });

  it('does not run without a workflow: started by hand it holds nothing', async () => {
    const asked = { activityType: 'wipeOwnDisk', server: heldBy(RUN), workflowExecution: undefined };
    expect(await call(asked)).not.toBe('ran');
  });

  it('does not run where its input names no cluster', async () => {
    expect(await call({ activityType: 'createOsd', server: heldBy(RUN), args: [{}] })).not.toBe('ran');
    expect(await call({ activityType: 'createOsd', server: heldBy(RUN), args: [] })).not.toBe('ran');
  });
});

describe('an activity that only looks, or takes and gives the cluster', () => {
  it.each(UNLOCKED)('%s runs without the lock', async (activityType) => {
    expect(await call({ activityType, server: objectServer() })).toBe('ran');
  });
});

describe('every activity', () => {
  it('that a worker registers was decided: it needs the lock, or stands here with its reason', () => {
    expect(UNLOCKED.filter((name) => !REGISTERED.includes(name))).toEqual([]);
    expect(changing).toEqual([
      'applySettings',
      'createOsd',
      'destroyOsd',
      'drainOsd',
      'exposeDashboard',
      'forceDestroyOsd',
      'forgetCluster',
      'forgetRemoved',
      'holdData',
      'inOsd',
      'makeCrashKey',
      'makeIdentity',
      'makeMonStore',
      'moveData',
      'outOsd',
      'placeHost',
      'placeMons',
      'protectDaemons',
      'purgeOsd',
      'putBack',
      'registerMgrs',
      'rememberCluster',
      'rememberKept',
      'rememberOwed',
      'rememberRemoved',
      'removeAgents',
      'removeHostDirectories',
      'removeObjects',
      'removeOsdDirectory',
      'removeRemadeObjects',
      'setUpDashboard',
      'showStopped',
      'startCrashCollectors',
      'startMgrs',
      'startMons',
      'startOsds',
      'startToolbox',
      'stopDaemons',
      'stopOsd',
      'undrainOsd',
      'unwatchHealth',
      'verifyCluster',
      'watchHealth',
      'weighOsd',
      'wipeNewDisk',
      'wipeOwnDisk',
      'writeStatus',
    ]);
  });
});
