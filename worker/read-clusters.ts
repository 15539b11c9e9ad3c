import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import { readClusterRecord, recordedClusters } from '../activities/operations/cluster-record.ts';
import { healthScheduleId } from '../src/contract/health-schedule.ts';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';
import { NAMES } from '../src/manifests/names.ts';
import { API_VERSION, KIND } from '../src/spec/ceph-cluster.ts';

/** What cephflow itself owes a cluster, in numbers. */
export interface ClusterCare {
  cluster: string;
  /** Hosts that should have an agent, and have none that takes work. */
  agentsMissing: number;
  /** Since the last check-health that completed; 0 where none is due, because the cluster is being made or taken away. */
  healthCheckAgeSeconds: number;
}

interface Sources {
  kubernetes: Pick<Kubernetes, 'list' | 'read'>;
  temporal: Client;
  now: () => Date;
}

const ANSWER_WITHIN_MS = 10_000;

/** Every cluster that cephflow remembers. Reads only. */
export async function readClusters(sources: Sources): Promise<ClusterCare[]> {
  const clusters = await recordedClusters(sources.kubernetes);
  return Promise.all(
    clusters.map(async (cluster) => {
      const [agentsMissing, healthCheckAgeSeconds] = await Promise.all([
        countMissingAgents(sources, cluster),
        readHealthCheckAge(sources, cluster),
      ]);
      return { cluster, agentsMissing, healthCheckAgeSeconds };
    }),
  );
}

async function countMissingAgents({ kubernetes }: Sources, cluster: string): Promise<number> {
  const found = await kubernetes.read({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    namespace: cluster,
    name: NAMES.agent,
  });
  if (found === undefined) {
    const made = (await readReadySince(kubernetes, cluster)) !== undefined;
    return made ? ((await readClusterRecord(kubernetes, cluster))?.nodes.length ?? 0) : 0;
  }
  const status = (found['status'] ?? {}) as { desiredNumberScheduled?: number; numberReady?: number };
  return Math.max(0, (status.desiredNumberScheduled ?? 0) - (status.numberReady ?? 0));
}

async function readHealthCheckAge({ kubernetes, temporal, now }: Sources, cluster: string): Promise<number> {
  const [scheduled, last] = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
    Promise.all([readScheduledSince(temporal, cluster), readLastCompleted(temporal, cluster)]),
  );
  const due = scheduled ?? (await readReadySince(kubernetes, cluster));
  if (due === undefined) return 0;
  const since = Math.max(due.getTime(), last?.getTime() ?? 0);
  return Math.max(0, now().getTime() - since) / 1000;
}

async function readScheduledSince(temporal: Client, cluster: string): Promise<Date | undefined> {
  try {
    return (await temporal.schedule.getHandle(healthScheduleId(cluster)).describe()).info.createdAt;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** Where bootstrap has ended, as the document says, agents and schedule must be there: one that is not was deleted by somebody. */
async function readReadySince(kubernetes: Sources['kubernetes'], cluster: string): Promise<Date | undefined> {
  const [document] = await kubernetes.list({ apiVersion: API_VERSION, kind: KIND, namespace: cluster });
  const { phase } = (document?.['status'] ?? {}) as { phase?: string };
  return phase === 'Ready' ? new Date(document?.metadata.creationTimestamp ?? 0) : undefined;
}

/** A run that a person started counts for nothing here: it does not prove that the schedule runs. */
async function readLastCompleted(temporal: Client, cluster: string): Promise<Date | undefined> {
  const query = `TemporalScheduledById = "${healthScheduleId(cluster)}" AND ExecutionStatus = "Completed"`;
  for await (const { closeTime } of temporal.workflow.list({ query, pageSize: 1 })) return closeTime;
  return undefined;
}
