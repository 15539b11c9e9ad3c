import { SYSTEM_NAMESPACE } from '../contract/names.ts';
import type { ClusterContext } from './cluster-context.ts';

export type DaemonType = 'mon' | 'mgr' | 'osd';

/** Values of the label `app`. */
export const APP = {
  mon: 'rook-ceph-mon',
  mgr: 'rook-ceph-mgr',
  osd: 'rook-ceph-osd',
  crashCollector: 'rook-ceph-crashcollector',
  crashPruner: 'rook-ceph-crashcollector-pruner',
  toolbox: 'rook-ceph-tools',
  agent: 'cephflow-agent',
} as const;

/** Label of what belongs to one host, with the node's name. */
export const NODE_NAME = 'node_name';

/** Labels may not hold every character that a name of a node or of CRUSH may. */
export const labelValue = (text: string): string => text.replace(/[^A-Za-z0-9_.-]/g, '-').slice(0, 63);

/** Label of a mgr's pod, `active` or `standby`. The agent of its host puts it there. */
export const MGR_ROLE = 'mgr_role';

const OURS = 'cephflow';

/** Selects the pods of every Ceph daemon of the cluster and of its crash collectors. Agents and the toolbox never carry this label. */
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
