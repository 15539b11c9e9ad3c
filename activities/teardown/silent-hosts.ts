import type { Finding } from '../../src/contract/finding.ts';
import { CephflowError, failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { podView } from '../../src/kubernetes/pod-view.ts';
import { silentAmong } from '../../src/kubernetes/silent-nodes.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { hostNotReady } from '../hosts/pods-on-silent-hosts.ts';

const nodeOf = (pod: KubernetesObject): string => podView(pod).spec?.nodeName ?? '';

/** Pods whose end nobody confirms, because their hosts are silent. */
export interface UnprovenPods {
  pods: string[];
  /** One HOST_NOT_READY per host, with since when as evidence. */
  hosts: Finding[];
}

/**
 * Makes of a wait for pods that gave up what helps: where all that is left lies on hosts that Kubernetes calls not ready, nobody there
 * confirms its end, and waiting longer is no use. Anything else is thrown as it was.
 */
export async function unprovenOr(
  kubernetes: Pick<Kubernetes, 'list' | 'nodes'>,
  { namespace, selector }: { namespace: string; selector: string },
  error: unknown,
): Promise<UnprovenPods> {
  if (!(error instanceof CephflowError) || error.code !== 'STILL_RUNNING') throw error;
  const unproven = await readUnproven(kubernetes, { namespace, selector });
  if (unproven.pods.length === 0) throw error;
  return unproven;
}

/** The pods that match, where every one of them lies on a silent host; none otherwise. */
export async function readUnproven(
  kubernetes: Pick<Kubernetes, 'list' | 'nodes'>,
  { namespace, selector }: { namespace: string; selector: string },
): Promise<UnprovenPods> {
  const [pods, nodes] = await Promise.all([
    kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: selector }),
    kubernetes.nodes(),
  ]);
  const known = pods.filter((pod) => nodes.some(({ name }) => name === nodeOf(pod)));
  const silent = silentAmong(nodes, known.map(nodeOf).toSorted());
  const isUnproven = (pod: KubernetesObject): boolean => silent.some(({ node }) => node === nodeOf(pod));
  if (!pods.every(isUnproven)) return { pods: [], hosts: [] };
  return {
    pods: pods.map(({ metadata }) => metadata.name).toSorted(),
    hosts: silent.map(hostNotReady),
  };
}

/** @returns HOST_NOT_READY for all that could not be proven */
export function notProven(unproven: UnprovenPods[]): CephflowError {
  const pods = [...new Set(unproven.flatMap((one) => one.pods))];
  const findings = unproven
    .flatMap(({ hosts }) => hosts)
    .filter(({ target }, index, all) => all.findIndex((one) => one.target === target) === index);
  const hosts = findings.map(({ target = '' }) => target).toSorted();
  return failure('HOST_NOT_READY', `${becauseOf(pods, hosts)} ${remedyFor(hosts)}`, { findings });
}

const becauseOf = (names: string[], hosts: string[]): string => {
  const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
  return `It cannot be proven that ${shown} ended: Kubernetes says that ${hosts.join(', ')} is not ready, so nobody there confirms it, and the daemon may still write to its disk.`;
};

/** The order is the safety: a pod whose Node object is gone counts as ended, whatever its host still does. */
const remedyFor = (hosts: string[]): string => {
  const commands = hosts.map((host) => `"kubectl delete node ${host}"`).join(', ');
  return `Bring the host back (look at its kubelet), or power it off for certain and only then run ${commands}: its pods go within a minute or two, and the node registers itself again when the host starts.`;
};
