import { effectiveTolerations } from './tolerations.ts';
import { annotationsFor, labelsFor, placementFor, priorityClassFor, resourcesFor } from '../spec/effective.ts';
import { usesHostNetwork, type ClusterContext, type HostPlace } from './cluster-context.ts';
import { daemonLabels, daemonSelector, versionLabels, type DaemonType } from './labels.ts';
import { NAMES, hostPaths } from './names.ts';
import type { KubernetesObject } from './object.ts';

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: {
    secretKeyRef?: { name: string; key: string; optional?: boolean };
    configMapKeyRef?: { name: string; key: string; optional?: boolean };
    fieldRef?: { fieldPath: string };
  };
}

export interface VolumeAndMount {
  volume: { name: string; [source: string]: unknown };
  mountPath: string;
  readOnly?: boolean;
}

export interface Daemon {
  type: DaemonType;
  id: string;
  name: string;
  serviceAccount: string;
  /** Bash that checks and prepares, run as root right before the program in the same container. */
  prepare: string;
  /** Program and arguments. */
  run: string[];
  env: EnvVar[];
  ports?: { name: string; containerPort: number; protocol: 'TCP' }[];
  volumes: VolumeAndMount[];
  probes: object;
  labels?: Record<string, string>;
  /** A daemon with a host is tied to it; one without floats over the nodes that the document allows. */
  host?: HostPlace;
  deviceClass?: string;
  affinity?: object;
  securityContext: object;
  stopWithinSeconds: number;
}

/** Directories that every daemon of a host writes to. The program runs as ceph, whose number differs between image families. */
const OWNED_BY_CEPH = '/var/log/ceph /var/lib/ceph/crash /run/ceph';

/**
 * Arguments that every Ceph daemon takes. Logs go to the pod's output; `--default-` lets the cluster's own settings win. Each mon's output
 * leaves the cluster log out: it has a line of every probe of every mon, and `ceph log last` has it all.
 */
export const daemonArguments = (fsid: string, id: string): string[] => [
  '--foreground',
  `--fsid=${fsid}`,
  `--id=${id}`,
  '--setuser=ceph',
  '--setgroup=ceph',
  '--mon-host=$(ROOK_CEPH_MON_HOST)',
  '--mon-initial-members=$(ROOK_CEPH_MON_INITIAL_MEMBERS)',
  '--default-log-to-stderr=true',
  '--default-err-to-stderr=true',
  '--default-log-to-file=false',
  '--default-mon-cluster-log-to-stderr=false',
  '--default-mon-cluster-log-to-file=false',
  '--default-log-stderr-prefix=debug ',
];

const fromField = (name: string, fieldPath: string): EnvVar => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const fromConfig = (name: string, key: string): EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: NAMES.config, key } },
});

/** How a Ceph program in a pod knows where it is and finds the mons. */
export const commonEnv = (ctx: ClusterContext): EnvVar[] => [
  { name: 'CONTAINER_IMAGE', value: ctx.image },
  { name: 'EXPECTED_FSID', value: ctx.fsid },
  fromField('POD_NAME', 'metadata.name'),
  fromField('POD_NAMESPACE', 'metadata.namespace'),
  fromField('NODE_NAME', 'spec.nodeName'),
  fromField('ROOK_POD_IP', 'status.podIP'),
  fromConfig('ROOK_CEPH_MON_HOST', 'mon_host'),
  fromConfig('ROOK_CEPH_MON_INITIAL_MEMBERS', 'mon_initial_members'),
];

export const hostDirectory = (
  name: string,
  path: string,
  mountPath: string,
  type: 'Directory' | 'DirectoryOrCreate' = 'DirectoryOrCreate',
): VolumeAndMount => ({ volume: { name, hostPath: { path, type } }, mountPath });

export const keyringVolume = (secretName: string): VolumeAndMount => ({
  volume: { name: 'keyring', secret: { secretName } },
  mountPath: '/etc/ceph/keyring-store',
  readOnly: true,
});

/** Overrides of the configuration, and what daemons share on a host: logs, crash reports, admin sockets. */
export const commonVolumes = (ctx: ClusterContext): VolumeAndMount[] => {
  const paths = hostPaths(ctx.spec.dataDirHostPath, ctx.namespace);
  const items = [{ key: 'config', path: 'ceph.conf', mode: 0o444 }];
  const config = { name: 'rook-config-override', configMap: { name: NAMES.configOverride, items } };
  return [
    { volume: config, mountPath: '/etc/ceph', readOnly: true },
    hostDirectory('rook-ceph-log', paths.log, '/var/log/ceph'),
    hostDirectory('rook-ceph-crash', paths.crash, '/var/lib/ceph/crash'),
    hostDirectory('ceph-daemons-sock-dir', paths.sockets, '/run/ceph'),
  ];
};

/** One Bash step in the container itself costs nothing; an init container costs about a second of every start and is not run again when
 *  only the container restarts. */
const script = (prepare: string): string =>
  [
    'set -euo pipefail',
    'refuse() { echo "$1" >&2; exit 1; }',
    `chown ceph:ceph ${OWNED_BY_CEPH}`,
    prepare.trim(),
    'exec "$@"',
  ].join('\n');

const container = (ctx: ClusterContext, daemon: Daemon): object => ({
  name: daemon.type,
  image: ctx.image,
  imagePullPolicy: 'IfNotPresent',
  command: ['bash', '-c', script(daemon.prepare), `start-${daemon.type}`],
  args: daemon.run,
  env: [...commonEnv(ctx), ...daemon.env],
  ports: daemon.ports ?? [],
  resources: resourcesFor(ctx.spec, daemon.type, daemon.deviceClass),
  securityContext: daemon.securityContext,
  volumeMounts: [...commonVolumes(ctx), ...daemon.volumes].map(mountOf),
  // The last lines of a daemon that ended are its reason; they are what a person reads first.
  terminationMessagePolicy: 'FallbackToLogsOnError',
  workingDir: '/var/log/ceph',
  ...daemon.probes,
});

export const mountOf = ({ volume, mountPath, readOnly }: VolumeAndMount): object => ({
  name: volume.name,
  mountPath,
  ...(readOnly === true ? { readOnly } : {}),
});

const podSpec = (ctx: ClusterContext, daemon: Daemon): object => {
  const placement = placementFor(ctx.spec, daemon.type);
  const priorityClassName = priorityClassFor(ctx.spec, daemon.type);
  const isFloating = daemon.host === undefined;
  return {
    serviceAccountName: daemon.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: daemon.stopWithinSeconds,
    // A tied daemon keeps only its tie: a label taken from the node later must not keep its own mon or OSD from starting again.
    ...(daemon.host === undefined ? {} : { nodeSelector: { 'kubernetes.io/hostname': daemon.host.hostname } }),
    ...(isFloating && daemon.affinity !== undefined ? { affinity: daemon.affinity } : {}),
    ...(isFloating && placement.topologySpreadConstraints !== undefined
      ? { topologySpreadConstraints: placement.topologySpreadConstraints }
      : {}),
    tolerations: effectiveTolerations(placement.tolerations, isFloating ? 'floating' : 'tied'),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
    ...(usesHostNetwork(ctx.spec) ? { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } : {}),
    containers: [container(ctx, daemon)],
    volumes: [...commonVolumes(ctx), ...daemon.volumes].map(({ volume }) => volume),
  };
};

/** A Deployment of one pod that is stopped before its successor starts: two of one daemon must never meet one store. */
export const daemonDeployment = (ctx: ClusterContext, daemon: Daemon): KubernetesObject => {
  const { type, id, name } = daemon;
  const ours = { ...daemonLabels(ctx.namespace, type, id), ...daemon.labels };
  const labels = { ...labelsFor(ctx.spec, type), ...ours };
  const annotations = annotationsFor(ctx.spec, type);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: ctx.namespace, labels: { ...labels, ...versionLabels(ctx) } },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 3,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: daemonSelector(ctx.namespace, type, id) },
      template: {
        metadata: { name, labels, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
        spec: podSpec(ctx, daemon),
      },
    },
  };
};
