import type { Finding } from '../../src/contract/finding.ts';
import type { SilentHost } from '../../src/contract/host-activities.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { isReady } from '../../src/kubernetes/pod-condition.ts';
import { podView, type PodView } from '../../src/kubernetes/pod-view.ts';
import { silentAmong } from '../../src/kubernetes/silent-nodes.ts';
import { unlessNoticed } from './unless-noticed.ts';

type Reader = Pick<Kubernetes, 'list' | 'nodes'>;

export interface AwaitedPods {
  namespace: string;
  selector: string;
}

/** How a failure names a host that is silent; a workflow reads host and time from it. */
export const hostNotReady = ({ node, since }: SilentHost): Finding => ({
  code: 'HOST_NOT_READY',
  severity: 'warning',
  because: `Kubernetes says that ${node} is not ready.`,
  target: node,
  ...(since === null ? {} : { evidence: since }),
});

/**
 * Waits for pods that are tied to their hosts. A host that Kubernetes calls not ready ends the wait at once: no pod starts there.
 * @throws HOST_NOT_READY naming pods and hosts
 */
export const unlessHostsAreSilent = <Result>(
  kubernetes: Reader,
  pods: AwaitedPods,
  work: (over: AbortSignal) => Promise<Result>,
): Promise<Result> => unlessNoticed({ work, look: () => requireHosts(kubernetes, pods) });

/** @throws HOST_NOT_READY where a pod that is not ready lies on a silent host */
export async function requireHosts(kubernetes: Reader, { namespace, selector }: AwaitedPods): Promise<undefined> {
  const [pods, nodes] = await Promise.all([
    kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: selector }),
    kubernetes.nodes(),
  ]);
  const waiting = pods.map(podView).filter((pod) => !isReady(pod) && pod.spec?.nodeName !== undefined);
  const silent = silentAmong(nodes, waiting.map(nodeOf).toSorted());
  if (silent.length === 0) return undefined;
  const hosts = silent.map(({ node }) => node);
  const named = waiting.filter((pod) => hosts.includes(nodeOf(pod))).map(({ metadata }) => metadata.name);
  throw failure(
    'HOST_NOT_READY',
    `Pod ${named.toSorted().join(', ')} does not run, because Kubernetes says that ${hosts.join(', ')} is not ready`,
    { findings: silent.map(hostNotReady) },
  );
}

const nodeOf = (pod: PodView): string => pod.spec?.nodeName ?? '';
