import type { Client } from '@temporalio/client';

import { createAgentActivities } from '../../../activities/agents/agents.ts';
import { writeClusterRecord } from '../../../activities/operations/cluster-record.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
import { objectServer, type ObjectServer } from '../../builders/object-server.ts';
import { asActivity, opsDeps } from '../../builders/ops-deps.ts';
import { FSID } from '../../domain/disk-facts-builder.ts';

export const CLUSTER = 'rook-ceph';
export const NOW = new Date('2026-11-22T04:00:00Z');
export const AGENT_OBJECTS = ['DaemonSet', 'Role', 'RoleBinding', 'ServiceAccount'].map(
  (kind) => `${kind}/cephflow-agent`,
);

/** What Temporal says; each test begins with `forgetWorkflows`. */
export const workflows: {
  /** Workflows of the cluster that Temporal calls open. */
  open: { workflowId: string; runId: string }[] | 'unreachable';
  /** Seconds since runs were closed, by run id, as Temporal itself knows them; every other run is still open. */
  closed: Record<string, number>;
} = { open: [], closed: {} };
export const forgetWorkflows = (): void => void Object.assign(workflows, { open: [], closed: {} });
/** Latest run of each workflow. */
const runOf: Record<string, string> = { 'teardown:rook-ceph': 'run-2' };
const describeRun = (runId: string) => ({
  runId,
  raw: { workflowExecutionInfo: { firstRunId: runId } },
  ...(workflows.closed[runId] === undefined
    ? {}
    : { closeTime: new Date(NOW.getTime() - workflows.closed[runId] * 1000) }),
});
const temporal = {
  withDeadline: (_: number, ask: () => Promise<unknown>) => ask(),
  workflow: {
    async *list({ query }: { query: string }) {
      if (workflows.open === 'unreachable') throw new Error('14 UNAVAILABLE');
      if (query === `CephCluster = "${CLUSTER}" AND ExecutionStatus = "Running" AND WorkflowType != "checkHealth"`)
        yield* workflows.open;
    },
    getHandle: (workflowId: string) => ({
      describe: async () => {
        const runId = runOf[workflowId];
        if (runId === undefined) throw new Error('14 UNAVAILABLE');
        return describeRun(runId);
      },
    }),
  },
} as unknown as Client;

export const given = (...objects: KubernetesObject[]) => {
  const server = objectServer(...objects);
  const activities = createAgentActivities({ ...opsDeps(server.kubernetes), temporal, now: () => NOW });
  const install = (runId: string, from: 'document' | 'remembered' = 'document') =>
    asActivity(() => activities.installAgents({ cluster: CLUSTER, from, runId }));
  const takeAway = (runId: string) => asActivity(() => activities.removeAddedAgents({ cluster: CLUSTER, runId }));
  return { server, activities, install, takeAway };
};
export const withHosts = (...more: KubernetesObject[]) =>
  given(aNamespace(), aDocument(), aNode('n1'), aNode('n2'), ...more);
export const agentsOf = (server: ObjectServer): string[] =>
  server.names().filter((name) => name.endsWith('/cephflow-agent'));
export const remember = (server: ObjectServer) =>
  writeClusterRecord(server.kubernetes, CLUSTER, {
    image: 'quay.io/ceph/ceph:v18.2.8',
    dataDir: '/var/lib/old',
    fsid: FSID,
    nodes: ['n1'],
    updatedAt: '',
  });

export const agentPod = (name: string, image: string, ready: boolean): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: CLUSTER, labels: { app: 'cephflow-agent' } },
  spec: { initContainers: [{ image: 'cephflow:1' }], containers: [{ image }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

export const registerOf = ({ workflowId, runId }: { workflowId: string; runId: string }): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cephflow-operations', namespace: CLUSTER },
  data: {
    [`teardown_rook-ceph.${runId}`]: JSON.stringify({
      operation: 'teardown',
      target: CLUSTER,
      workflowId,
      runId,
      since: NOW.toISOString(),
      awaiting: 'none',
    }),
  },
});
