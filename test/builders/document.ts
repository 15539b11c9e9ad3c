import type { KubernetesObject } from '../../src/manifests/object.ts';

/** A CephCluster document of a few lines, as kubectl apply would leave it; `more` is laid over its spec. */
export const aDocument = (
  more: Record<string, unknown> = {},
  metadata: Partial<KubernetesObject['metadata']> = {},
): KubernetesObject => ({
  apiVersion: 'ceph.rook.io/v1',
  kind: 'CephCluster',
  metadata: { name: 'rook-ceph', namespace: 'rook-ceph', generation: 1, ...metadata },
  spec: {
    cephVersion: { image: 'quay.io/ceph/ceph:v20.2.4' },
    dataDirHostPath: '/var/lib/rook',
    mgr: { count: 2 },
    storage: { useAllNodes: true, useAllDevices: true },
    ...more,
  },
});

export const aNamespace = (name = 'rook-ceph', labels: Record<string, string> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

/** A host as Kubernetes shows it: ready, without taints, changed as told. */
export const aNode = (
  name: string,
  {
    labels = {},
    ...changes
  }: { labels?: Record<string, string>; ready?: boolean; taints?: object[]; ip?: string } = {},
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
  spec: { taints: changes.taints ?? [] },
  status: {
    conditions: [{ type: 'Ready', status: changes.ready === false ? 'False' : 'True' }],
    addresses: [{ type: 'InternalIP', address: changes.ip ?? `172.30.0.${name.replace(/\D/g, '')}` }],
    nodeInfo: { kernelVersion: '7.0.0', machineID: `machine-${name}`, osImage: 'Debian' },
  },
});
