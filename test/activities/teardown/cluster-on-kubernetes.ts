import { FINALIZER } from '../../../src/contract/names.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { FSID } from '../../domain/disk-facts-builder.ts';
import { aHost, aMonStore, ourDisk } from '../../domain/teardown-observation-builder.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Parts {
  apiVersion: string;
  kind: string;
  name: string;
  labels?: Record<string, string>;
  finalizers?: string[];
  rest?: Record<string, unknown>;
}
const inNamespace =
  (namespace: string) =>
  ({ apiVersion, kind, name, labels = {}, finalizers = [], rest = {} }: Parts): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace, labels, finalizers },
    ...rest,
  });

/** A pod that ends only when it is killed: the long grace of a daemon that does not listen. */
const podsOf = (labels: Record<string, string>) => ({
  selector: { matchLabels: labels },
  template: {
    metadata: { labels },
    spec: {
      terminationGracePeriodSeconds: 60,
      containers: [{ name: 'pause', image: 'localhost/pause:1', imagePullPolicy: 'IfNotPresent' }],
    },
  },
});

/** Names and labels of a small cluster as cephflow makes them, with pods that do nothing. */
export function clusterObjects(namespace: string): KubernetesObject[] {
  const object = inNamespace(namespace);
  const ours = { rook_cluster: namespace, 'app.kubernetes.io/managed-by': 'cephflow' };
  const deployment = (name: string, app: string): KubernetesObject =>
    object({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name,
      labels: { ...ours, app },
      rest: { spec: { replicas: 1, ...podsOf({ app, rook_cluster: namespace, instance: name }) } },
    });
  const secret = (name: string, data: Record<string, string>): KubernetesObject =>
    object({
      apiVersion: 'v1',
      kind: 'Secret',
      name,
      finalizers: [FINALIZER],
      rest: { type: 'kubernetes.io/rook', data },
    });
  return [
    deployment('rook-ceph-tools', 'rook-ceph-tools'),
    deployment('rook-ceph-mgr-a', 'rook-ceph-mgr'),
    deployment('rook-ceph-osd-3', 'rook-ceph-osd'),
    deployment('rook-ceph-mon-a', 'rook-ceph-mon'),
    secret('rook-ceph-mon', { fsid: base64(FSID) }),
    secret('rook-ceph-admin-keyring', { keyring: base64('a key') }),
    object({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'rook-ceph-mon-endpoints',
      finalizers: [FINALIZER, 'ceph.rook.io/disaster-protection'],
      rest: { data: { mapping: JSON.stringify({ node: { a: { Name: 'n1' } } }) } },
    }),
    object({ apiVersion: 'v1', kind: 'Service', name: 'rook-ceph-mgr', rest: { spec: { ports: [{ port: 9283 }] } } }),
    object({ apiVersion: 'v1', kind: 'ServiceAccount', name: 'rook-ceph-osd', labels: ours }),
    object({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      name: 'rook-ceph-mon-pdb',
      rest: { spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'rook-ceph-mon' } } } },
    }),
  ];
}

/** The agents of that cluster and what they wrote under a token. */
export function agentObjects(namespace: string, observation: string): KubernetesObject[] {
  const object = inNamespace(namespace);
  const rbac = 'rbac.authorization.k8s.io/v1';
  const host = aHost('n1', { disks: [ourDisk()], leftovers: [aMonStore('a', { cephFsid: null })] });
  return [
    object({ apiVersion: 'v1', kind: 'ServiceAccount', name: 'cephflow-agent' }),
    object({ apiVersion: rbac, kind: 'Role', name: 'cephflow-agent', rest: { rules: [] } }),
    object({
      apiVersion: rbac,
      kind: 'RoleBinding',
      name: 'cephflow-agent',
      rest: {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'cephflow-agent' },
        subjects: [{ kind: 'ServiceAccount', name: 'cephflow-agent', namespace }],
      },
    }),
    object({
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      name: 'cephflow-agent',
      rest: { spec: podsOf({ app: 'cephflow-agent' }) },
    }),
    object({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'local-device-n1',
      rest: { data: { observation, facts: JSON.stringify(host) } },
    }),
  ];
}

/** What lies beside the cluster in its namespace and belongs to others. */
export function strangers(namespace: string): KubernetesObject[] {
  const object = inNamespace(namespace);
  return [
    object({ apiVersion: 'v1', kind: 'Secret', name: 'temporal-key', rest: { type: 'Opaque', data: {} } }),
    object({ apiVersion: 'v1', kind: 'ConfigMap', name: 'local-device-n7', rest: { data: { devices: '[]' } } }),
    object({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'rook-config-override',
      labels: { rook_cluster: namespace, 'app.kubernetes.io/managed-by': 'cephflow' },
      rest: { data: { config: '[global]\nmon_max_pg_per_osd = 300' } },
    }),
    object({ apiVersion: 'v1', kind: 'Service', name: 'dashboard-of-mine', rest: { spec: { ports: [{ port: 80 }] } } }),
    object({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'app-of-mine',
      rest: { spec: { replicas: 0, ...podsOf({ app: 'app-of-mine' }) } },
    }),
  ];
}
