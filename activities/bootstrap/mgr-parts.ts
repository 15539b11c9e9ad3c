import type { ClusterState } from '../../src/contract/ceph-activities.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { daemonsOf, MGR_ROLE } from '../../src/manifests/labels.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';

/** Ids of the mgrs that the mgr's Services lead to. */
export async function labelledActive(kubernetes: Pick<Kubernetes, 'list'>, cluster: string): Promise<string[]> {
  const labelSelector = `${daemonsOf(cluster, 'mgr')},${MGR_ROLE}=active`;
  const pods = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace: cluster, labelSelector });
  return pods.map(({ metadata }) => metadata.labels?.['ceph_daemon_id'] ?? '');
}

/** The agents move the label; where none could for a while, bootstrap does. Only Ceph knows who is active. */
export const leadsToActive = (labelled: string[], ceph: ClusterState): boolean =>
  !ceph.reachable || ceph.mgr.active === null || (labelled.length === 1 && labelled[0] === ceph.mgr.active);

/** Its pod is not ready: a standby in that state is missed by nobody until the active mgr fails. */
export const isUnavailable = (deployment: KubernetesObject): boolean => {
  const { conditions = [] } = (deployment['status'] ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === 'Available' && status === 'False');
};
