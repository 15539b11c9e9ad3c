/** The ops worker: all workflows, and the activities that need only the Kubernetes API. */
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createAgentActivities } from '../activities/agents/agents.ts';
import { createBootstrapActivities } from '../activities/bootstrap/bootstrap-activities.ts';
import { createHealthReportActivities } from '../activities/health/report-health.ts';
import { createHostWaitActivities } from '../activities/hosts/await-hosts.ts';
import { createNoticeActivities } from '../activities/observe/judge-noticed.ts';
import { createOperationActivities } from '../activities/operations/operation-activities.ts';
import { createOsdObjectActivities } from '../activities/osds/osd-activities.ts';
import { createScheduleActivities } from '../activities/schedules/health-schedule.ts';
import { createTeardownActivities } from '../activities/teardown/teardown-activities.ts';
import { OPS_QUEUE } from '../src/contract/queues.ts';
import { connectKubernetes } from '../src/kubernetes/kubernetes.ts';
import { aroundActivities } from './around-activities.ts';
import { claimNamespace } from './claim-namespace.ts';
import { convergeTemporal } from './converge-temporal.ts';
import { loopDevicesAllowed, requiredSetting, temporalEnvironment } from './environment.ts';
import { serveHealth, type Health } from './health-server.ts';
import { createLog, installRuntime } from './log.ts';
import { NOTICE_DISKS_EVERY_SECONDS, NOTICED_OBJECTS, noticeDisks, type Noticing } from './notice-disks.ts';
import { repeat, type Repeating } from './repeat.ts';
import { endWithReason, runUntilStopped } from './run.ts';
import { connectTemporal } from './temporal-connection.ts';
import { packageVersion } from './version.ts';
import { WATCH_EVERY_SECONDS, watchConditions, type Watched } from './watch-conditions.ts';
import { workflowCode } from './workflow-code.ts';

/** Cached workflows cost memory; one that is not cached is replayed in well under a second. */
const CACHED_WORKFLOWS = 20;

async function runOps(): Promise<void> {
  const log = createLog('cephflow-ops');
  const meter = installRuntime(log);
  const health: Health = { ready: false, broken: undefined };
  const server = await serveHealth(health, Number(process.env['HEALTH_PORT'] ?? 8086));
  const kubernetes = connectKubernetes();
  const { connection, namespace } = await connectTemporal((sentence) => log.warn(sentence));
  await claimNamespace(connection, namespace, kubernetes, log);
  await convergeTemporal(connection, namespace, log);
  const deps = {
    kubernetes,
    temporal: new Client({ connection, namespace }),
    cephflowImage: requiredSetting('CEPHFLOW_IMAGE'),
    cephflowVersion: packageVersion(),
    temporalEnvironment: temporalEnvironment(),
    allowLoopDevices: loopDevicesAllowed(),
    now: () => new Date(),
  };
  const workflows = workflowCode();
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: OPS_QUEUE,
    identity: `ops/${process.env['POD_NAME'] ?? process.pid}`,
    ...workflows.options,
    activities: {
      ...createAgentActivities(deps),
      ...createBootstrapActivities(deps),
      ...createHealthReportActivities(deps),
      ...createHostWaitActivities(deps),
      ...createNoticeActivities(deps),
      ...createOperationActivities(deps),
      ...createOsdObjectActivities(deps),
      ...createScheduleActivities(deps),
      ...createTeardownActivities(deps),
    },
    interceptors: {
      ...workflows.interceptors,
      ...aroundActivities(kubernetes),
    },
    maxCachedWorkflows: CACHED_WORKFLOWS,
    shutdownGraceTime: '10 seconds',
  });
  const watched = meter === undefined ? [] : [watch({ ...deps, meter }, log)];
  const noticing = notice(deps, log);
  const stopped = new AbortController();
  const watching = kubernetes.keepWatching(NOTICED_OBJECTS, () => noticing.wake(), stopped.signal);
  await runUntilStopped([worker], health, log, [...watched, noticing]);
  stopped.abort();
  await watching;
  server.close();
  await connection.close();
}

const notice = (noticing: Noticing, log: Logger): Repeating =>
  repeat({
    failed: 'it could not be seen whether disks came or went',
    everySeconds: NOTICE_DISKS_EVERY_SECONDS,
    log,
    turn: () => noticeDisks(noticing),
  });

const watch = (watched: Watched, log: Logger): Repeating =>
  repeat({
    failed: 'the metrics of waiting operations and of clusters could not be brought up to date',
    everySeconds: WATCH_EVERY_SECONDS,
    log,
    turn: watchConditions(watched),
  });

// Imported, it only loads: so the image's compile cache is made (deploy/lab/images/compile-cache.ts).
if (import.meta.main) await runOps().catch(endWithReason);
