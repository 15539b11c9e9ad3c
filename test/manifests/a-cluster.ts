import { agentObjects } from '../../src/manifests/agent.ts';
import type { ClusterContext } from '../../src/manifests/cluster-context.ts';
import type { MonPlace } from '../../src/manifests/identity.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { parseCephCluster } from '../../src/spec/parse.ts';

export const FSID = '11111111-2222-4333-8444-555555555555';

/** A cluster of three mons as a document of a few lines asks for it; `more` is laid over its spec. */
export const aCluster = (more: Record<string, unknown> = {}): ClusterContext => {
  const { spec } = parseCephCluster({
    value: {
      apiVersion: 'ceph.rook.io/v1',
      kind: 'CephCluster',
      metadata: { name: 'rook-ceph', namespace: 'rook-ceph' },
      spec: {
        cephVersion: { image: 'quay.io/ceph/ceph:v20.2.4' },
        dataDirHostPath: '/var/lib/rook',
        mgr: { count: 2 },
        storage: { useAllNodes: true, useAllDevices: true },
        ...more,
      },
    },
  });
  return {
    namespace: 'rook-ceph',
    fsid: FSID,
    image: spec.cephVersion.image,
    cephVersion: '20.2.4',
    spec,
    operatorVersion: '0.1.0',
  };
};

export const aMon = (id = 'a', address = '10.96.0.1'): MonPlace => ({
  id,
  address,
  host: { node: 'n1', hostname: 'n1.example', internalIp: '172.30.0.11' },
});

/** All objects of an agent, with nothing asked for. */
export const anAgent = (namespace = 'rook-ceph'): KubernetesObject[] =>
  agentObjects({
    namespace,
    cephflowImage: 'cephflow:1',
    cephImage: 'ceph:20',
    dataDirHostPath: '/var/lib/rook',
    placement: {},
    temporalEnvironment: [],
    allowLoopDevices: false,
    operatorVersion: '0.1.0',
  });

interface Container {
  name: string;
  command: string[];
  args: string[];
  env: { name: string; value?: string; valueFrom?: object }[];
  resources: { limits?: Record<string, string> };
  securityContext: { privileged?: boolean };
  volumeMounts: { name: string; mountPath: string }[];
  startupProbe?: { periodSeconds: number };
  livenessProbe?: object;
  readinessProbe?: object;
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes: {
    name: string;
    hostPath?: { path: string; type: string };
    secret?: { secretName: string };
    emptyDir?: { medium?: string };
  }[];
  nodeSelector?: Record<string, string>;
  affinity?: Record<string, { requiredDuringSchedulingIgnoredDuringExecution?: unknown[] }>;
  tolerations: { key?: string; operator?: string; effect?: string; tolerationSeconds?: number }[];
  hostNetwork?: boolean;
  priorityClassName?: string;
  serviceAccountName: string;
  automountServiceAccountToken?: boolean;
}

interface Workload {
  replicas: number;
  strategy?: { type: string };
  updateStrategy?: { type: string };
  selector: { matchLabels: Record<string, string> };
  template: { metadata: { labels: Record<string, string>; annotations?: Record<string, string> }; spec: PodSpec };
}

export const workload = (object: KubernetesObject): Workload => object['spec'] as Workload;
export const podOf = (object: KubernetesObject): PodSpec => workload(object).template.spec;

export const containerOf = (object: KubernetesObject): Container => {
  const [first] = podOf(object).containers;
  if (first === undefined) throw new Error('no container');
  return first;
};

/** Data of a Secret, decoded. */
export const dataOf = (object: KubernetesObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries((object['data'] ?? {}) as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );
