import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { APP } from '../../src/manifests/labels.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';

/** Pods of the cluster's agents, whatever state they are in. */
export const agentPods = (kubernetes: Pick<Kubernetes, 'list'>, cluster: string): Promise<KubernetesObject[]> =>
  kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace: cluster, labelSelector: `app=${APP.agent}` });
