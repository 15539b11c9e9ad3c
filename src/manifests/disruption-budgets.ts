import type { ClusterContext } from './cluster-context.ts';
import { APP, clusterLabels } from './labels.ts';
import { NAMES } from './names.ts';
import type { KubernetesObject } from './object.ts';

const budget = (namespace: string, name: string, app: string): KubernetesObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace, labels: clusterLabels(namespace, app) },
  spec: { maxUnavailable: 1, selector: { matchLabels: { app, rook_cluster: namespace } } },
});

/**
 * Node drains may take one mon and one mgr at a time. No budget where there are fewer than three mons or two mgrs: it could never protect
 * anything and would only block drains for ever.
 */
export const disruptionBudgets = ({
  namespace,
  spec,
}: Pick<ClusterContext, 'namespace' | 'spec'>): KubernetesObject[] => [
  ...(spec.mon.count >= 3 ? [budget(namespace, NAMES.monBudget, APP.mon)] : []),
  ...(spec.mgr.count >= 2 ? [budget(namespace, NAMES.mgrBudget, APP.mgr)] : []),
];
