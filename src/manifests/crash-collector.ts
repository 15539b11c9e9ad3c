import { createHash } from 'node:crypto';
import { annotationsFor, labelsFor, placementFor, priorityClassFor, resourcesFor } from '../spec/effective.ts';
import { usesHostNetwork, type ClusterContext, type HostPlace } from './cluster-context.ts';
import { cephSecret, type IdentityContext } from './identity.ts';
import { keyringText } from './keyring.ts';
import { APP, clusterLabels, labelValue, NODE_NAME, versionLabels } from './labels.ts';
import { NAMES, SERVICE_ACCOUNTS } from './names.ts';
import type { KubernetesObject } from './object.ts';
import { commonEnv, commonVolumes, keyringVolume, mountOf, type EnvVar, type VolumeAndMount } from './pod.ts';
import { effectiveTolerations } from './tolerations.ts';

/** Whom crash collectors log in as. */
export const CRASH_USER = 'client.crash';

const REPORTS = '/var/lib/ceph/crash';

/** At midnight, as Rook has it. */
const PRUNE_AT = '0 0 * * *';

/** Most characters of a pod's label, and so of the name of a Deployment whose pods should be recognised. Rook cuts names alike. */
const NAME_LIMIT = 63;

/** Annotation with the name of the host: a label may not hold every name. */
const COLLECTS_ON = 'cephflow.io/node';

/** Host of a crash collector's Deployment. */
export const crashCollectorNode = ({ metadata }: KubernetesObject): string =>
  metadata.annotations?.[COLLECTS_ON] ?? metadata.labels?.[NODE_NAME] ?? '';

export const crashCollectorName = (hostname: string): string => {
  const name = `${APP.crashCollector}-${hostname}`;
  if (name.length <= NAME_LIMIT) return name;
  return `${APP.crashCollector}-${createHash('md5').update(hostname).digest('hex')}`;
};

/** Key of the crash collectors. Create-only. */
export const crashKeyringSecret = ({ namespace }: Pick<IdentityContext, 'namespace'>, key: string): KubernetesObject =>
  cephSecret(namespace, NAMES.crashKeyring, { keyring: keyringText([{ entity: CRASH_USER, key }]) });

const env = (ctx: ClusterContext): EnvVar[] => [
  ...commonEnv(ctx),
  { name: 'CEPH_ARGS', value: '--mon-host=$(ROOK_CEPH_MON_HOST) --keyring=/etc/ceph/keyring-store/keyring' },
];

const volumes = (ctx: ClusterContext): VolumeAndMount[] => [...commonVolumes(ctx), keyringVolume(NAMES.crashKeyring)];

/** Collectors go wherever a daemon may be, so they bear what any of them bears. */
const tolerations = ({ spec }: ClusterContext) => [
  ...new Map(
    (['mon', 'mgr', 'osd'] as const)
      .flatMap((daemon) => placementFor(spec, daemon).tolerations ?? [])
      .map((toleration) => [JSON.stringify(toleration), toleration]),
  ).values(),
];

const podSpec = (ctx: ClusterContext, command: string[], host?: HostPlace): object => {
  const priorityClassName = priorityClassFor(ctx.spec, 'crashcollector');
  return {
    serviceAccountName: SERVICE_ACCOUNTS.default,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 2,
    ...(host === undefined ? {} : { nodeSelector: { 'kubernetes.io/hostname': host.hostname } }),
    tolerations: effectiveTolerations(tolerations(ctx), host === undefined ? 'floating' : 'tied'),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
    ...(usesHostNetwork(ctx.spec) ? { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } : {}),
    containers: [
      {
        name: host === undefined ? 'ceph-crash-pruner' : 'ceph-crash',
        image: ctx.image,
        imagePullPolicy: 'IfNotPresent',
        command,
        env: env(ctx),
        resources: resourcesFor(ctx.spec, 'crashcollector'),
        securityContext: { privileged: false, capabilities: { drop: ['NET_RAW'] } },
        volumeMounts: volumes(ctx).map(mountOf),
        terminationMessagePolicy: 'FallbackToLogsOnError',
      },
    ],
    volumes: volumes(ctx).map(({ volume }) => volume),
  };
};

/** Reports are written and moved by the user ceph, which ceph-crash becomes by itself; its number differs between image families. */
const COLLECT = [
  'set -euo pipefail',
  `mkdir -p ${REPORTS}/posted`,
  `chown ceph:ceph ${REPORTS} ${REPORTS}/posted`,
  `exec ceph-crash --name ${CRASH_USER}`,
].join('\n');

/** Tells Ceph of the crashes of daemons on one host. Restarting it loses nothing: reports stay on the host until they are posted. */
export const crashCollectorDeployment = (ctx: ClusterContext, host: HostPlace): KubernetesObject => {
  const name = crashCollectorName(host.hostname);
  const selector = { app: APP.crashCollector, rook_cluster: ctx.namespace, [NODE_NAME]: labelValue(host.node) };
  const labels = {
    ...labelsFor(ctx.spec, 'crashcollector'),
    ...clusterLabels(ctx.namespace, APP.crashCollector),
    ...selector,
    crashcollector: 'crash',
    ceph_daemon_id: 'crash',
    'kubernetes.io/hostname': labelValue(host.hostname),
  };
  const annotations = annotationsFor(ctx.spec, 'crashcollector');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: ctx.namespace,
      labels: { ...labels, ...versionLabels(ctx) },
      annotations: { [COLLECTS_ON]: host.node },
    },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 3,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: selector },
      template: {
        metadata: { name, labels, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
        spec: podSpec(ctx, ['bash', '-c', COLLECT], host),
      },
    },
  };
};

/** Takes reports that are older than the document's `daysToRetain` out of Ceph, every night; `undefined` where they are all kept. */
export const crashPruner = (ctx: ClusterContext): KubernetesObject | undefined => {
  const { daysToRetain = 0 } = ctx.spec.crashCollector;
  if (daysToRetain === 0) return undefined;
  const labels = clusterLabels(ctx.namespace, APP.crashPruner);
  const prune = ['ceph', '--name', CRASH_USER, 'crash', 'prune', String(daysToRetain)];
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: NAMES.crashPruner, namespace: ctx.namespace, labels },
    spec: {
      schedule: PRUNE_AT,
      // After a hundred starts that were missed Kubernetes gives a CronJob up; with this only the last minute counts.
      startingDeadlineSeconds: 60,
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: { labels },
        spec: {
          backoffLimit: 2,
          activeDeadlineSeconds: 600,
          template: {
            metadata: { labels: { ...labelsFor(ctx.spec, 'crashcollector'), ...labels } },
            spec: { ...podSpec(ctx, prune), restartPolicy: 'Never' },
          },
        },
      },
    },
  };
};

/** Days for which a pruner keeps reports, as `crashPruner` wrote it; 0 where there is none. */
export const daysKeptBy = (pruner: KubernetesObject | undefined): number => {
  const { jobTemplate } = (pruner?.['spec'] ?? {}) as {
    jobTemplate?: { spec?: { template?: { spec?: { containers?: { command?: string[] }[] } } } };
  };
  return Number(jobTemplate?.spec?.template?.spec?.containers?.[0]?.command?.at(-1) ?? 0) || 0;
};
