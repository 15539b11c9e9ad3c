import type { TakenAgents } from '../../src/contract/bootstrap-activities.ts';
import type { ClusterInput } from '../../src/contract/ceph-activities.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';
import { findOtherOperation, type OtherOperation } from '../operations/other-operations.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { removeAgents } from '../teardown/remove-agents.ts';

/** Says which run made the agents, so that this run alone may take them away again. */
const ADDED_BY = 'cephflow.io/added-by';

export const agentDaemonSet = (cluster: string): ObjectRef => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  namespace: cluster,
  name: NAMES.agent,
});

/** What is made before the DaemonSet: all that is there of agents whose making was cut short. */
const forerunners = (cluster: string): ObjectRef[] =>
  [
    { apiVersion: 'v1', kind: 'ServiceAccount' },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
  ].map((kind) => ({ ...kind, namespace: cluster, name: NAMES.agent }));

export const addedBy = (object: KubernetesObject | undefined): string | undefined =>
  object?.metadata.annotations?.[ADDED_BY];

/** The object with its maker's name on it. */
export function ownedBy(object: KubernetesObject, runId: string | undefined): KubernetesObject {
  if (runId === undefined) return object;
  const annotations = { ...object.metadata.annotations, [ADDED_BY]: runId };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/**
 * Undo of `installAgents`: harmless when called twice, and for agents that another run added. Agents whose making was cut short go as well.
 * While another operation is under way they stay, because its work on the hosts would be killed and nobody would make them again; they
 * are then that operation's to take away.
 */
export async function removeAddedAgents(
  deps: OpsDeps,
  { cluster, runId }: ClusterInput & { runId: string },
): Promise<TakenAgents> {
  if (!(await isOwn(deps.kubernetes, cluster, runId))) return { already: true };
  const other = await findOtherOperation(deps, cluster, runId);
  if (other === undefined) {
    await removeAgents(deps, { cluster });
    return { already: false };
  }
  await handOver(deps.kubernetes, cluster, other);
  return { already: true, keptFor: `workflow ${other.workflowId} works with them` };
}

async function isOwn(kubernetes: Kubernetes, cluster: string, runId: string): Promise<boolean> {
  const agents = await kubernetes.read(agentDaemonSet(cluster));
  if (agents !== undefined) return addedBy(agents) === runId;
  const parts = await Promise.all(forerunners(cluster).map((ref) => kubernetes.read(ref)));
  return parts.some((part) => addedBy(part) === runId);
}

async function handOver(kubernetes: Kubernetes, cluster: string, { runId }: OtherOperation): Promise<void> {
  if (runId !== undefined)
    await kubernetes.patchMetadata(agentDaemonSet(cluster), { annotations: { [ADDED_BY]: runId } });
}
