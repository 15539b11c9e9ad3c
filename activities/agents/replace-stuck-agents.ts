import { agentPods } from './agent-pods.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { explainPod } from '../../src/kubernetes/pod-condition.ts';
import { refOf, type KubernetesObject } from '../../src/manifests/object.ts';

interface PodSpec {
  nodeName?: string;
  initContainers?: { image: string }[];
  containers?: { image: string }[];
}

/** After the end of a pod's grace (its deletionTimestamp) a kubelet that lives has removed it within seconds. */
const LATE_SECONDS = 60;

interface Surroundings {
  kubernetes: Kubernetes;
  now: Date;
}

/**
 * Deletes agent pods that do not run and were made from another image than the DaemonSet names now. Its strategy is OnDelete, so that
 * a running agent is never replaced under a disk's feet; without this a pod with a wrong image would stay stuck after the cure. Each gets
 * its grace, because one that is not ready just now may still write to a disk. By force go only pods that nobody can end any more: those
 * of hosts that Kubernetes does not know, and those that are ending for longer than their grace.
 */
export async function replaceStuckAgents(
  { kubernetes, now }: Surroundings,
  cluster: string,
  daemonSet: KubernetesObject,
): Promise<void> {
  const wanted = imagesOf((daemonSet['spec'] as { template: { spec: PodSpec } }).template.spec);
  const nodes = new Set((await kubernetes.nodes()).map(({ name }) => name));
  const pods = await agentPods(kubernetes, cluster);
  for (const pod of pods) {
    const remove = (how: object) => kubernetes.remove(refOf(pod), { uid: pod.metadata.uid, ...how });
    if (isStranded(pod, nodes, now)) await remove({ graceSeconds: 0 });
    else if (isReplaceable(pod, wanted)) await remove({});
  }
}

function isStranded(pod: KubernetesObject, nodes: ReadonlySet<string>, now: Date): boolean {
  const { nodeName } = pod['spec'] as PodSpec;
  if (nodeName !== undefined && !nodes.has(nodeName)) return true;
  const { deletionTimestamp } = pod.metadata;
  return deletionTimestamp !== undefined && now.getTime() - Date.parse(deletionTimestamp) > LATE_SECONDS * 1000;
}

const isReplaceable = (pod: KubernetesObject, wanted: string): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  explainPod(pod).state !== 'ready' &&
  imagesOf(pod['spec'] as PodSpec) !== wanted;

const imagesOf = ({ initContainers = [], containers = [] }: PodSpec): string =>
  [...initContainers, ...containers].map(({ image }) => image).join(' ');
