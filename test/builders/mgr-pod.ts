import type { KubernetesObject } from '../../src/manifests/object.ts';

/** The pod of a mgr of the cluster `rook-ceph`, as far as Services and labels need it. */
export const aMgrPod = (id: string, node?: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `mgr-${id}`,
    namespace: 'rook-ceph',
    labels: { app: 'rook-ceph-mgr', rook_cluster: 'rook-ceph', ceph_daemon_id: id },
  },
  ...(node === undefined ? {} : { spec: { nodeName: node } }),
});
