import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { explainPod } from '../../src/kubernetes/pod-condition.ts';
import { NAMES } from '../../src/manifests/names.ts';
import { refOf, type KubernetesObject } from '../../src/manifests/object.ts';

interface PodSpec {
  initContainers?: { image: string }[];
  containers?: { image: string }[];
}

/**
 * Deletes agent pods that do not run and were made from another image than the DaemonSet names now. Its strategy is OnDelete, so that
 * a running agent is never replaced under a disk's feet; without this a pod with a wrong image would stay stuck after the cure.
 */
export async function replaceStuckAgents(
  kubernetes: Kubernetes,
  cluster: string,
  daemonSet: KubernetesObject,
): Promise<void> {
  const wanted = imagesOf((daemonSet['spec'] as { template: { spec: PodSpec } }).template.spec);
  const pods = await kubernetes.list({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: cluster,
    labelSelector: `app=${NAMES.agent}`,
  });
  for (const pod of pods) {
    if (explainPod(pod).state === 'ready' || imagesOf(pod['spec'] as PodSpec) === wanted) continue;
    await kubernetes.remove(refOf(pod), { uid: pod.metadata.uid, graceSeconds: 0 });
  }
}

const imagesOf = ({ initContainers = [], containers = [] }: PodSpec): string =>
  [...initContainers, ...containers].map(({ image }) => image).join(' ');
