/** The agent: activities only, on the host where the disks are, inside the cluster's own Ceph image. */
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { createCephActivities } from '../activities/ceph/ceph-activities.ts';
import { findDocument } from '../activities/documents/cluster-document.ts';
import { createHealthLookActivities } from '../activities/health/read-health-facts.ts';
import { createHostDiskActivities, createHostProbeActivities } from '../activities/host/host-activities.ts';
import { readHostNow } from '../activities/host/read-host.ts';
import { createObserveActivities } from '../activities/observe/observe-host.ts';
import { cephQueue, diskQueue, probeQueue } from '../src/contract/queues.ts';
import { deviceFingerprint } from '../src/disks/device-fingerprint.ts';
import { thisHost } from '../src/disks/disk-host.ts';
import { connectKubernetes } from '../src/kubernetes/kubernetes.ts';
import { aroundActivities } from './around-activities.ts';
import { loopDevicesAllowed, requiredSetting } from './environment.ts';
import { serveHealth, type Health } from './health-server.ts';
import { createLog, installRuntime } from './log.ts';
import { lookAfterHost } from './look-after-host.ts';
import { endWithReason, runUntilStopped } from './run.ts';
import { connectTemporal } from './temporal-connection.ts';

/** Running writes are let finish when the pod is stopped; the DaemonSet's grace period is longer. */
const GRACE = '25 seconds';

async function runAgent(): Promise<void> {
  const log = createLog('cephflow-agent');
  installRuntime(log);
  const health: Health = { ready: false, broken: undefined };
  const server = await serveHealth(health, Number(process.env['HEALTH_PORT'] ?? 8086));
  const cluster = requiredSetting('CLUSTER');
  const node = requiredSetting('NODE_NAME');
  const kubernetes = connectKubernetes();
  const deps = {
    kubernetes,
    readDocument: async (namespace: string) => (await findDocument(kubernetes, namespace))?.spec,
    host: thisHost(node),
    cephDir: '/run/cephflow-keys',
    machineIdPath: '/etc/machine-id',
    loopDevices: loopDevicesAllowed() ? ('allowed' as const) : ('refused' as const),
  };
  const probes = createHostProbeActivities(deps);
  const { connection, namespace } = await connectTemporal((sentence) => log.warn(sentence));

  const lane = (
    taskQueue: string,
    activities: object,
    maxConcurrentActivityTaskExecutions: number,
  ): Promise<Worker> => {
    const options: WorkerOptions = {
      connection,
      namespace,
      taskQueue,
      activities,
      identity: `agent/${node}/${process.env['POD_NAME'] ?? process.pid}`,
      maxConcurrentActivityTaskExecutions,
      maxConcurrentActivityTaskPolls: Math.min(2, maxConcurrentActivityTaskExecutions),
      interceptors: aroundActivities(kubernetes),
      shutdownGraceTime: GRACE,
    };
    return Worker.create(options);
  };

  const workers = await Promise.all([
    lane(cephQueue(cluster), { ...createCephActivities(deps), ...createHealthLookActivities(deps) }, 8),
    lane(diskQueue(cluster, node), createHostDiskActivities(deps), 1),
    lane(probeQueue(cluster, node), { ...probes, ...createObserveActivities(kubernetes, probes) }, 4),
  ]);
  const dataDir = requiredSetting('DATA_DIR');
  const looks = lookAfterHost(
    {
      kubernetes,
      cluster,
      node,
      dataDir,
      udevData: deps.host.udevData,
      fingerprint: () => deviceFingerprint(deps.host),
      readFacts: () => readHostNow(deps, { cluster, dataDir }),
    },
    log,
  );
  await runUntilStopped(workers, health, log, looks);
  server.close();
  await connection.close();
}

// Imported, it only loads: so the image's compile cache is made (deploy/lab/images/compile-cache.ts).
if (import.meta.main) await runAgent().catch(endWithReason);
