import { dashboardPort, placementFor } from '../spec/effective.ts';
import { usesHostNetwork, type ClusterContext } from './cluster-context.ts';
import { APP, clusterLabels, MGR_ROLE } from './labels.ts';
import { NAMES, SERVICE_ACCOUNTS, mgrKeyringName, mgrName } from './names.ts';
import type { KubernetesObject } from './object.ts';
import { daemonArguments, daemonDeployment, keyringVolume } from './pod.ts';
import { daemonProbes } from './probes.ts';

const METRICS_PORT = 9283;

/** A lost node must take at most one mgr with it, so two on one node are left pending, unless the document allows that. */
const affinity = ({ namespace, spec }: ClusterContext): object => {
  const { nodeAffinity, podAffinity, podAntiAffinity } = placementFor(spec, 'mgr');
  const own = {
    labelSelector: { matchLabels: { app: APP.mgr, rook_cluster: namespace } },
    topologyKey: 'kubernetes.io/hostname',
  };
  const needsOwnNode = !spec.mgr.allowMultiplePerNode || usesHostNetwork(spec);
  const required = [
    ...(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(needsOwnNode ? [own] : []),
  ];
  return {
    ...(nodeAffinity === undefined ? {} : { nodeAffinity }),
    ...(podAffinity === undefined ? {} : { podAffinity }),
    podAntiAffinity: { ...podAntiAffinity, requiredDuringSchedulingIgnoredDuringExecution: required },
  };
};

/** One mgr. It floats: all that it keeps is in the cluster. */
export const mgrDeployment = (ctx: ClusterContext, id: string): KubernetesObject => {
  const data = `/var/lib/ceph/mgr/ceph-${id}`;
  return daemonDeployment(ctx, {
    type: 'mgr',
    id,
    name: mgrName(id),
    affinity: affinity(ctx),
    serviceAccount: SERVICE_ACCOUNTS.mgr,
    prepare: `chown ceph:ceph ${data}`,
    run: [
      'ceph-mgr',
      ...daemonArguments(ctx.fsid, id),
      `--mgr-data=${data}`,
      '--keyring=/etc/ceph/keyring-store/keyring',
      '--public-addr=$(ROOK_POD_IP)',
      '--client-mount-uid=0',
      '--client-mount-gid=0',
    ],
    env: [],
    ports: [
      { name: 'mgr', containerPort: 6800, protocol: 'TCP' },
      { name: 'http-metrics', containerPort: METRICS_PORT, protocol: 'TCP' },
      { name: 'dashboard', containerPort: dashboardPort(ctx.spec), protocol: 'TCP' },
    ],
    volumes: [
      { volume: { name: 'ceph-daemon-data', emptyDir: {} }, mountPath: data },
      keyringVolume(mgrKeyringName(id)),
    ],
    probes: daemonProbes(ctx.spec, {
      type: 'mgr',
      socket: `ceph-mgr.${id}`,
      startup: { periodSeconds: 2, failureThreshold: 150 },
    }),
    labels: { instance: id },
    securityContext: { privileged: false, capabilities: { drop: ['NET_RAW'] } },
    stopWithinSeconds: 30,
  });
};

/** Selector of Services that lead to the active mgr. */
export const activeMgrSelector = (namespace: string): Record<string, string> => ({
  app: APP.mgr,
  rook_cluster: namespace,
  [MGR_ROLE]: 'active',
});

/** Metrics of the active mgr. */
export const mgrService = ({ namespace }: Pick<ClusterContext, 'namespace'>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: NAMES.mgrService, namespace, labels: clusterLabels(namespace, APP.mgr) },
  spec: {
    type: 'ClusterIP',
    selector: activeMgrSelector(namespace),
    ports: [{ name: 'http-metrics', port: METRICS_PORT, targetPort: METRICS_PORT, protocol: 'TCP' }],
  },
});
