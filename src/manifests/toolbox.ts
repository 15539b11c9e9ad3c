import { annotationsFor, labelsFor, placementFor, resourcesFor } from '../spec/effective.ts';
import { usesHostNetwork, type ClusterContext } from './cluster-context.ts';
import { APP } from './labels.ts';
import { NAMES, SERVICE_ACCOUNTS } from './names.ts';
import type { KubernetesObject } from './object.ts';
import { mountOf, type VolumeAndMount } from './pod.ts';
import { effectiveTolerations } from './tolerations.ts';

/**
 * Writes ceph.conf and keyring from what Kubernetes mounts, and again when the mons move: the files change in place, but late, so it looks
 * every few seconds. The key goes from file to file and is never an argument or a variable of the environment.
 */
const SCRIPT = `
set -euo pipefail
umask 077
endpoints=/etc/rook/mon-endpoints
identity=/etc/rook/identity
write_config() {
  local hosts entry address vectors=()
  IFS=, read -ra hosts < "$endpoints" || [ \${#hosts[@]} -gt 0 ]
  for entry in "\${hosts[@]}"; do
    address=\${entry#*=}
    case "$address" in
      *:3300) vectors+=("[v2:$address]") ;;
      *) vectors+=("[v2:\${address%:*}:3300,v1:$address]") ;;
    esac
  done
  {
    echo "[global]"
    echo "fsid = $(< "$identity/fsid")"
    echo "mon_host = $(IFS=,; echo "\${vectors[*]}")"
    echo "[$(< "$identity/ceph-username")]"
    echo "keyring = /etc/ceph/keyring"
  } > /etc/ceph/ceph.conf.new
  mv /etc/ceph/ceph.conf.new /etc/ceph/ceph.conf
}
{
  echo "[$(< "$identity/ceph-username")]"
  echo "key = $(< "$identity/ceph-secret")"
} > /etc/ceph/keyring
trap 'exit 0' TERM INT
written=
while true; do
  now=$(< "$endpoints")
  if [ "$now" != "$written" ]; then
    write_config
    written=$now
    echo "mons: $now"
  fi
  sleep 5 &
  wait $!
done`;

const VOLUMES: VolumeAndMount[] = [
  { volume: { name: 'ceph-config', emptyDir: { medium: 'Memory' } }, mountPath: '/etc/ceph' },
  {
    volume: {
      name: 'mon-endpoints',
      configMap: { name: NAMES.monEndpoints, items: [{ key: 'data', path: 'mon-endpoints' }] },
    },
    mountPath: '/etc/rook',
  },
  {
    volume: {
      name: 'identity',
      secret: {
        secretName: NAMES.mon,
        items: ['fsid', 'ceph-username', 'ceph-secret'].map((key) => ({ key, path: key })),
      },
    },
    mountPath: '/etc/rook/identity',
    readOnly: true,
  },
];

const container = (ctx: ClusterContext): object => ({
  name: NAMES.toolbox,
  image: ctx.image,
  imagePullPolicy: 'IfNotPresent',
  command: ['bash', '-c', SCRIPT.trim()],
  tty: true,
  resources: resourcesFor(ctx.spec, 'cmd-reporter'),
  securityContext: { privileged: false, capabilities: { drop: ['NET_RAW'] } },
  readinessProbe: { exec: { command: ['test', '-s', '/etc/ceph/ceph.conf'] }, periodSeconds: 2 },
  volumeMounts: VOLUMES.map(mountOf),
});

/** A pod to work in: `kubectl exec deploy/rook-ceph-tools -- ceph status` answers as client.admin. Same name and label as Rook's. */
export const toolboxDeployment = (ctx: ClusterContext): KubernetesObject => {
  const labels = { ...labelsFor(ctx.spec, 'all'), app: APP.toolbox, 'app.kubernetes.io/managed-by': 'cephflow' };
  const { nodeAffinity, tolerations } = placementFor(ctx.spec, 'all');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: NAMES.toolbox, namespace: ctx.namespace, labels },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 3,
      selector: { matchLabels: { app: APP.toolbox } },
      template: {
        metadata: { name: NAMES.toolbox, labels, annotations: annotationsFor(ctx.spec, 'all') },
        spec: {
          serviceAccountName: SERVICE_ACCOUNTS.default,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 5,
          ...(usesHostNetwork(ctx.spec) ? { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } : {}),
          ...(nodeAffinity === undefined ? {} : { affinity: { nodeAffinity } }),
          tolerations: effectiveTolerations(tolerations, 'floating'),
          containers: [container(ctx)],
          volumes: VOLUMES.map(({ volume }) => volume),
        },
      },
    },
  };
};
