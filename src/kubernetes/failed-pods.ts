import type { ObjectStore } from './objects.ts';
import { explainPod } from './pod-condition.ts';
import { podView } from './pod-view.ts';

/**
 * Deletes pods that ended with an error again and again, so that their Deployment starts them anew at once. For a retry after the cause was
 * cured: Kubernetes by itself waits up to five minutes between starts. Healthy and starting pods are left alone; a repeat finds nothing.
 * @returns names of the deleted pods
 */
export const replaceFailedPods = async (
  store: ObjectStore,
  namespace: string,
  labelSelector: string,
): Promise<string[]> => {
  const pods = await store.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector });
  const failed = pods.filter((pod) => explainPod(podView(pod)).state === 'failed').map(({ metadata }) => metadata);
  for (const { name, uid } of failed) await store.remove({ apiVersion: 'v1', kind: 'Pod', namespace, name }, { uid });
  return failed.map(({ name }) => name);
};
