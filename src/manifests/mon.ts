import { usesHostNetwork, type ClusterContext } from './cluster-context.ts';
import type { MonPlace } from './identity.ts';
import { daemonLabels, daemonSelector } from './labels.ts';
import { MSGR1_PORT, MSGR2_PORT } from './mon-addresses.ts';
import { NAMES, SERVICE_ACCOUNTS, hostPaths, monName } from './names.ts';
import type { KubernetesObject } from './object.ts';
import { daemonArguments, daemonDeployment, hostDirectory, keyringVolume } from './pod.ts';
import { daemonProbes } from './probes.ts';

const ports = ({ spec }: Pick<ClusterContext, 'spec'>): { name: string; port: number }[] => [
  ...(spec.network.connections.requireMsgr2 ? [] : [{ name: 'tcp-msgr1', port: MSGR1_PORT }]),
  { name: 'tcp-msgr2', port: MSGR2_PORT },
];

/**
 * The Service whose cluster address is the mon's identity. It publishes addresses that are not ready, because mons that start together must
 * reach each other before any of them can be ready. Not used with host networking.
 */
export const monService = (ctx: Pick<ClusterContext, 'namespace' | 'spec'>, id: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: monName(id), namespace: ctx.namespace, labels: daemonLabels(ctx.namespace, 'mon', id) },
  spec: {
    type: 'ClusterIP',
    publishNotReadyAddresses: true,
    selector: daemonSelector(ctx.namespace, 'mon', id),
    ports: ports(ctx).map(({ name, port }) => ({ name, port, targetPort: port, protocol: 'TCP' })),
  },
});

/**
 * A store is made once, by bootstrap. Here an empty one is refused, because a mon that quietly began anew would forget the cluster's keys and
 * maps, and a foreign one, because the mon would join the cluster it belongs to.
 */
const requireOwnStore = (id: string, onHost: string): string => {
  const where = `The store of mon.${id} (${onHost} on this host)`;
  return `
store=/var/lib/ceph/mon/ceph-${id}
[ -f "$store/keyring" ] || refuse "${where} is empty or half made: it has no keyring. A mon never makes its own store; run bootstrap, or fail this mon over."
find "$store" ! -user ceph -exec chown -h ceph:ceph {} +
map=$(mktemp -u /tmp/monmap.XXXXXX)
ceph-mon -i ${id} --mon-data "$store" --extract-monmap "$map" --setuser ceph --setgroup ceph >/tmp/extract.log 2>&1 ||
  refuse "${where} cannot be read: $(tail -n 1 /tmp/extract.log)"
found=$(monmaptool --print "$map" | sed -n 's/^fsid //p')
[ "$found" = "$EXPECTED_FSID" ] ||
  refuse "${where} belongs to the Ceph cluster $found, not to $EXPECTED_FSID. Nothing was started; move that directory away."
rm -f "$map"`;
};

/** One mon, tied to the host that has its store. The host directory must exist: a store that is gone is never made again silently. */
export const monDeployment = (ctx: ClusterContext, { id, address, host }: MonPlace): KubernetesObject => {
  const onHost = hostPaths(ctx.spec.dataDirHostPath, ctx.namespace).monData(id);
  const inPod = `/var/lib/ceph/mon/ceph-${id}`;
  return daemonDeployment(ctx, {
    type: 'mon',
    id,
    name: monName(id),
    host,
    serviceAccount: SERVICE_ACCOUNTS.default,
    prepare: requireOwnStore(id, onHost),
    run: [
      'ceph-mon',
      ...daemonArguments(ctx.fsid, id),
      `--mon-data=${inPod}`,
      '--keyring=/etc/ceph/keyring-store/keyring',
      `--public-addr=${address}`,
      // With a Service the mon is known by an address that it does not have itself.
      ...(usesHostNetwork(ctx.spec) ? [] : ['--public-bind-addr=$(ROOK_POD_IP)']),
      ...(ctx.spec.network.connections.requireMsgr2 ? ['--ms-bind-msgr1=false'] : []),
    ],
    env: [],
    ports: ports(ctx).map(({ name, port }) => ({ name, containerPort: port, protocol: 'TCP' as const })),
    volumes: [hostDirectory('ceph-daemon-data', onHost, inPod, 'Directory'), keyringVolume(NAMES.monsKeyring)],
    probes: daemonProbes(ctx.spec, {
      type: 'mon',
      socket: `ceph-mon.${id}`,
      ready: 'answer.get("state") in ("leader", "peon")',
      startup: { periodSeconds: 1, failureThreshold: 600 },
    }),
    labels: { mon_cluster: ctx.namespace, mon_daemon: 'true' },
    securityContext: { privileged: false, capabilities: { drop: ['NET_RAW'] } },
    stopWithinSeconds: 60,
  });
};
