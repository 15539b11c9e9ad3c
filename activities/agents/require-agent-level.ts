import { AGENT_LEVEL, AGENT_LEVELS } from '../../src/contract/names.ts';
import { failure } from '../../src/errors.ts';
import { agentPods } from './agent-pods.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';

/**
 * Any agent of the cluster may take the work of a Ceph command, so all of them have to know it: found out in the middle of an operation, it
 * would leave that half done. Agents are replaced by hand (OnDelete), so they may be older than the ops worker for long.
 * @throws AGENT_TOO_OLD with the pods' names
 */
export async function requireAgentLevel(
  kubernetes: Pick<Kubernetes, 'list'>,
  cluster: string,
  level: number,
): Promise<void> {
  const pods = await agentPods(kubernetes, cluster);
  const old = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && levelOf(pod) < level);
  if (old.length === 0) return;
  const names = old.map(({ metadata }) => metadata.name).toSorted();
  throw failure(
    'AGENT_TOO_OLD',
    `${names.length} of the ${pods.length} agents of ${cluster} run an image of before this operation was built: ${names.join(', ')} (kubectl -n ${cluster} delete pod ${names[0]})`,
  );
}

const levelOf = ({ metadata: { annotations = {} } }: KubernetesObject): number =>
  Number(annotations[AGENT_LEVEL] ?? AGENT_LEVELS.clusters);
