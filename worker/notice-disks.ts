import type { Client } from '@temporalio/client';
import { DEVICES_SELECTOR, listNoticed } from '../activities/observe/noticed-hosts.ts';
import { recordedClusters } from '../activities/operations/cluster-record.ts';
import { hostsAtHands, isAnyAtWork, registerRef } from '../activities/operations/register.ts';
import { NOTICE_WORKFLOW, noticeId } from '../src/contract/notice.ts';
import { OPS_QUEUE } from '../src/contract/queues.ts';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';
import type { ListQuery } from '../src/kubernetes/objects.ts';

/** What agents write when they notice something: watched, so that it is judged at once. */
export const NOTICED_OBJECTS: ListQuery = { apiVersion: 'v1', kind: 'ConfigMap', labelSelector: DEVICES_SELECTOR };

/** A few small reads per cluster. With the agents' own period that is under a minute from plug to table, also where an event was missed. */
export const NOTICE_DISKS_EVERY_SECONDS = 10;

export interface Noticing {
  kubernetes: Pick<Kubernetes, 'read' | 'list'>;
  temporal: Client;
}

/**
 * Starts the judging of a cluster's disks where an agent noticed what nobody has judged yet, unless an operation holds the cluster, or waits on
 * that host for a disk: it judges by itself. Every ops worker does; a run that is under way is joined.
 */
export async function noticeDisks({ kubernetes, temporal }: Noticing): Promise<string[]> {
  const told: string[] = [];
  for (const cluster of await recordedClusters(kubernetes)) {
    const hosts = await listNoticed(kubernetes, cluster);
    const register = await kubernetes.read(registerRef(cluster));
    const left = hostsAtHands(register);
    const changed = hosts.filter(
      ({ node, seen, judged }) => seen !== undefined && seen !== judged && !left.includes(node),
    );
    if (changed.length === 0 || isAnyAtWork(register)) continue;
    await temporal.workflow.start(NOTICE_WORKFLOW, {
      workflowId: noticeId(cluster),
      taskQueue: OPS_QUEUE,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [{ cluster }],
    });
    told.push(`disks of ${cluster} changed on ${changed.map(({ node }) => node).join(', ')}`);
  }
  return told;
}
