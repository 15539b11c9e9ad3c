import { SYSTEM_NAMESPACE } from '../contract/names.ts';
import type { ClusterContext } from './cluster-context.ts';

export type DaemonType = 'mon' | 'mgr' | 'osd';

/** Values of the label `app`. */
export const APP = {
  mon: 'rook-ceph-mon',
  mgr: 'rook-ceph-mgr',
  osd: 'rook-ceph-osd',
  toolbox: 'rook-ceph-tools',
  agent: 'cephflow-agent',
} as const;

const OURS = 'cephflow';

/** Selects the pods of every Ceph daemon of the cluster. Agents and the toolbox never carry this label. */
export const allDaemons = (namespace: string): string => `rook_cluster=${namespace}`;

/** Selects the pods of one type of daemon. */
export const daemonsOf = (namespace: string, type: DaemonType): string => `app=${APP[type]},rook_cluster=${namespace}`;

/** Labels by which a Deployment finds its pods. A selector can never be changed, so nothing that may change is in it. */
export const daemonSelector = (namespace: string, type: DaemonType, id: string): Record<string, string> => ({
  app: APP[type],
  rook_cluster: namespace,
  ceph_daemon_type: type,
  ceph_daemon_id: id,
});

/** Labels of a daemon's pods and Deployment. */
export const daemonLabels = (namespace: string, type: DaemonType, id: string): Record<string, string> => ({
  ...daemonSelector(namespace, type, id),
  [type]: id,
  'app.kubernetes.io/name': `ceph-${type}`,
  'app.kubernetes.io/instance': id,
  'app.kubernetes.io/component': 'cephclusters.ceph.rook.io',
  'app.kubernetes.io/part-of': namespace,
  'app.kubernetes.io/managed-by': OURS,
  'app.kubernetes.io/created-by': OURS,
  'rook.io/operator-namespace': SYSTEM_NAMESPACE,
});

/** Versions are on Deployments alone: in the pod template a new one would restart the daemon. */
export const versionLabels = ({ cephVersion, operatorVersion }: ClusterContext): Record<string, string> => ({
  'rook-version': `${OURS}-${operatorVersion}`,
  'ceph-version': `${cephVersion}-0`,
});

/** Labels of objects that belong to the cluster as a whole. */
export const clusterLabels = (namespace: string, app: string): Record<string, string> => ({
  app,
  rook_cluster: namespace,
  'app.kubernetes.io/part-of': namespace,
  'app.kubernetes.io/managed-by': OURS,
  'app.kubernetes.io/created-by': OURS,
});
