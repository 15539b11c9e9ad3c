import type { TakenAgents } from '../../src/contract/bootstrap-activities.ts';
import type { ClusterInput } from '../../src/contract/ceph-activities.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';
import { readHolderState } from '../operations/holder-state.ts';
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

/** Looks of one attempt; after that the whole activity is tried again, with pauses. */
const LOOKS = 3;

/**
 * Undo of `installAgents`: harmless when called twice, and for agents that another run added. Agents whose making was cut short go as well.
 * While another operation is under way they stay, because its work on the hosts would be killed and nobody would make them again; they
 * are then that operation's to take away. Temporal's list of open operations lags behind: one that had closed before it was given the
 * agents would never take them away, so they are taken back from it.
 * @throws OPERATION_HELD, to be tried again, while an operation that has ended still counts as one under way
 */
export async function removeAddedAgents(
  deps: OpsDeps,
  { cluster, runId }: ClusterInput & { runId: string },
): Promise<TakenAgents> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (!(await isOwn(deps.kubernetes, cluster, runId))) return { already: true };
    const other = await findOtherOperation(deps, cluster, runId);
    if (other === undefined) {
      await removeAgents(deps, { cluster, leaving: 'silent' });
      return { already: false };
    }
    if (await handOver(deps, cluster, runId, other))
      return { already: true, keptFor: `workflow ${other.workflowId} works with them` };
  }
  throw failure('OPERATION_HELD', `The agents of ${cluster} stay: an operation that has just ended still counts there`);
}

async function isOwn(kubernetes: Kubernetes, cluster: string, runId: string): Promise<boolean> {
  const agents = await kubernetes.read(agentDaemonSet(cluster));
  if (agents !== undefined) return addedBy(agents) === runId;
  const parts = await Promise.all(forerunners(cluster).map((ref) => kubernetes.read(ref)));
  return parts.some((part) => addedBy(part) === runId);
}

/** False where the other had ended by then: the agents are this run's again. */
async function handOver(deps: OpsDeps, cluster: string, ownRunId: string, other: OtherOperation): Promise<boolean> {
  const { workflowId, runId } = other;
  // An entry that nobody can read: only a person can tell what it stands for.
  if (runId === undefined) return true;
  let kept = false;
  try {
    await passOn(deps.kubernetes, cluster, ownRunId, runId);
    const { state } = await readHolderState(deps.temporal, { workflowId, runId }, deps.now());
    kept = state === 'runs' || state === 'unknown';
    return kept;
  } finally {
    // Also where Temporal did not answer: the next try must find them its own.
    if (!kept) await passOn(deps.kubernetes, cluster, runId, ownRunId);
  }
}

/** Only while they are still the giver's: agents that another run made anew meanwhile are that run's. */
async function passOn(kubernetes: Kubernetes, cluster: string, from: string, to: string): Promise<void> {
  const agents = agentDaemonSet(cluster);
  if (addedBy(await kubernetes.read(agents)) === from)
    await kubernetes.patchMetadata(agents, { annotations: { [ADDED_BY]: to } });
}
