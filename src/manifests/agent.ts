import { AGENT_LEVEL, AGENT_LEVELS, ASKED_IMAGE } from '../contract/names.ts';
import type { Placement, Resources } from '../spec/pod-settings.ts';
import { AGENT_RULES } from './agent-rules.ts';
import { APP } from './labels.ts';
import { NAMES } from './names.ts';
import type { KubernetesObject } from './object.ts';
import { hostDirectory, mountOf, type EnvVar, type VolumeAndMount } from './pod.ts';

export interface AgentInput {
  namespace: string;
  /** Image with Node and the agent's code. */
  cephflowImage: string;
  /** The cluster's own Ceph image: the agent runs its programs. */
  cephImage: string;
  dataDirHostPath: string;
  placement: Placement;
  resources?: Resources;
  /** Connection to Temporal, passed through as it is: values, or references to Secrets and ConfigMaps of this namespace. */
  temporalEnvironment: EnvVar[];
  /** Set for the lab alone. */
  allowLoopDevices: boolean;
  operatorVersion: string;
}

export const HEALTH_PORT = 8086;
export const METRICS_PORT = 9464;

/** ceph-bluestore-tool and ceph-osd --mkfs run inside the agent and need memory of their own beside Node's. */
const DEFAULT_RESOURCES: Resources = {
  requests: { cpu: '50m', memory: '192Mi' },
  limits: { memory: '2Gi' },
};

/** Own labels: a selector for Ceph daemons or for Rook's pods must never catch an agent. */
const labels = (namespace: string): Record<string, string> => ({
  app: APP.agent,
  'app.kubernetes.io/name': 'cephflow-agent',
  'app.kubernetes.io/part-of': namespace,
  'app.kubernetes.io/managed-by': 'cephflow',
});

const CODE = { name: 'cephflow', emptyDir: {} };

const volumes = (dataDir: string): VolumeAndMount[] => [
  { volume: CODE, mountPath: '/cephflow', readOnly: true },
  hostDirectory('devices', '/dev', '/dev', 'Directory'),
  hostDirectory('run-udev', '/run/udev', '/run/udev'),
  // Locks of disks: host-wide, because several clusters may share a host.
  hostDirectory('run-cephflow', '/run/cephflow', '/run/cephflow'),
  hostDirectory('data', dataDir, dataDir),
  {
    volume: { name: 'machine-id', hostPath: { path: '/etc/machine-id', type: 'File' } },
    mountPath: '/etc/machine-id',
    readOnly: true,
  },
  // Keys are files in memory for as long as a command needs them; no volume depends on a Secret that does not exist yet.
  { volume: { name: 'keys', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } }, mountPath: '/run/cephflow-keys' },
];

const environment = (input: AgentInput): EnvVar[] => [
  { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
  { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  { name: 'CLUSTER', value: input.namespace },
  { name: 'DATA_DIR', value: input.dataDirHostPath },
  { name: 'ALLOW_LOOP_DEVICES', value: String(input.allowLoopDevices) },
  { name: 'HEALTH_PORT', value: String(HEALTH_PORT) },
  { name: 'METRICS_ADDRESS', value: `0.0.0.0:${METRICS_PORT}` },
  // Each read of a disk that hangs in the kernel keeps one of Node's threads; with its usual four, a few such disks would stop the agent.
  { name: 'UV_THREADPOOL_SIZE', value: '16' },
  // As the image has it for the ops worker; an agent runs in the cluster's Ceph image, with a copy of ours.
  { name: 'NODE_COMPILE_CACHE', value: '/cephflow/compile-cache' },
  { name: 'NODE_COMPILE_CACHE_PORTABLE', value: '1' },
  ...input.temporalEnvironment,
];

const probe = (path: string, periodSeconds: number, failureThreshold: number): object => ({
  httpGet: { path, port: HEALTH_PORT },
  periodSeconds,
  failureThreshold,
  timeoutSeconds: 3,
});

const containers = (input: AgentInput): object => ({
  initContainers: [
    {
      name: 'copy-code',
      image: input.cephflowImage,
      imagePullPolicy: 'IfNotPresent',
      command: ['cp', '-a', '/cephflow/.', '/code/'],
      resources: DEFAULT_RESOURCES,
      volumeMounts: [{ name: CODE.name, mountPath: '/code' }],
      terminationMessagePolicy: 'FallbackToLogsOnError',
    },
  ],
  containers: [
    {
      name: 'agent',
      image: input.cephImage,
      imagePullPolicy: 'IfNotPresent',
      // Node is process 1 of a process namespace of its own: when it ends, the kernel ends every command that it started.
      // Node's young objects get 2 MiB instead of 16, which the agent never fills: 30 MB less on every host.
      command: ['/cephflow/node', '--max-semi-space-size=2', '/cephflow/worker/agent.ts'],
      env: environment(input),
      ports: [
        { name: 'health', containerPort: HEALTH_PORT, protocol: 'TCP' },
        { name: 'metrics', containerPort: METRICS_PORT, protocol: 'TCP' },
      ],
      securityContext: { privileged: true, runAsUser: 0 },
      resources: input.resources ?? DEFAULT_RESOURCES,
      startupProbe: probe('/livez', 1, 120),
      livenessProbe: probe('/livez', 10, 6),
      readinessProbe: probe('/readyz', 2, 3),
      volumeMounts: volumes(input.dataDirHostPath).map(mountOf),
      terminationMessagePolicy: 'FallbackToLogsOnError',
    },
  ],
});

const podSpec = (input: AgentInput): object => ({
  serviceAccountName: NAMES.agent,
  enableServiceLinks: false,
  hostPID: false,
  // Time to finish the command that is being run; a killed one is made again by the retry.
  terminationGracePeriodSeconds: 60,
  tolerations: input.placement.tolerations ?? [],
  ...(input.placement.nodeAffinity === undefined ? {} : { affinity: { nodeAffinity: input.placement.nodeAffinity } }),
  ...containers(input),
  volumes: volumes(input.dataDirHostPath).map(({ volume }) => volume),
});

const daemonSet = (input: AgentInput): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: {
    name: NAMES.agent,
    namespace: input.namespace,
    labels: { ...labels(input.namespace), 'app.kubernetes.io/version': input.operatorVersion },
  },
  spec: {
    selector: { matchLabels: { app: APP.agent } },
    // An agent at work is never replaced by a change of this object: the operation that upgrades agents deletes their pods one by one.
    updateStrategy: { type: 'OnDelete' },
    template: {
      metadata: {
        labels: labels(input.namespace),
        // The image of a running pod may have been rewritten by an admission webhook; this says what was asked for.
        annotations: { [ASKED_IMAGE]: input.cephImage, [AGENT_LEVEL]: String(AGENT_LEVELS.disks) },
      },
      spec: podSpec(input),
    },
  },
});

/** The agents of one cluster and their rights, in the order in which they must be applied. */
export const agentObjects = (input: AgentInput): KubernetesObject[] => {
  const metadata = { name: NAMES.agent, namespace: input.namespace, labels: labels(input.namespace) };
  const rbac = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules: AGENT_RULES },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name: NAMES.agent },
      subjects: [{ kind: 'ServiceAccount', name: NAMES.agent, namespace: input.namespace }],
    },
    daemonSet(input),
  ];
};
