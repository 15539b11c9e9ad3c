import { CephflowError, failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';

const nodeOf = ({ spec }: KubernetesObject): string | undefined =>
  (spec as { nodeName?: string } | undefined)?.nodeName;

/**
 * Makes of a wait for pods that gave up the failure that helps: where a pod lies on a host that Kubernetes calls not ready, nobody there
 * confirms its end, and waiting longer is no use. Anything else stays as it was.
 */
export async function namingSilentHosts(
  kubernetes: Pick<Kubernetes, 'list' | 'nodes'>,
  { namespace, selector }: { namespace: string; selector: string },
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof CephflowError) || error.code !== 'STILL_RUNNING') return error;
  const [pods, nodes] = await Promise.all([
    kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: selector }),
    kubernetes.nodes(),
  ]);
  const silent = new Set(nodes.filter(({ ready }) => !ready).map(({ name }) => name));
  const unproven = pods.filter((pod) => silent.has(nodeOf(pod) ?? ''));
  if (unproven.length === 0) return error;
  const hosts = [...new Set(unproven.map((pod) => nodeOf(pod) ?? ''))].toSorted();
  return failure('STILL_RUNNING', `${becauseOf(unproven, hosts)} ${remedyFor(hosts)}`, { cause: error });
}

const becauseOf = (pods: KubernetesObject[], hosts: string[]): string => {
  const names = pods.map(({ metadata }) => metadata.name).toSorted();
  const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
  return `It cannot be proven that ${shown} ended: Kubernetes says that ${hosts.join(', ')} is not ready, so nobody there confirms it, and the daemon may still write to its disk.`;
};

/** The order is the safety: a pod whose Node object is gone counts as ended, whatever its host still does. */
const remedyFor = (hosts: string[]): string => {
  const commands = hosts.map((host) => `"kubectl delete node ${host}"`).join(', ');
  return `Bring the host back (look at its kubelet), or power it off for certain and only then run ${commands}: its pods go within a minute or two, and the node registers itself again when the host starts.`;
};
