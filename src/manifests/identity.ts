import { FINALIZER } from '../contract/names.ts';
import type { ClusterContext, HostPlace } from './cluster-context.ts';
import { clusterLabels } from './labels.ts';
import { monEndpointsData, monHost, monIndex, monInitialMembers, type MonAddress } from './mon-addresses.ts';
import { keyringText } from './keyring.ts';
import { NAMES, SERVICE_ACCOUNTS, mgrKeyringName } from './names.ts';
import type { KubernetesObject } from './object.ts';

export interface MonPlace extends MonAddress {
  host: HostPlace & { internalIp: string };
}

export type IdentityContext = Pick<ClusterContext, 'namespace' | 'fsid'>;
type Context = Pick<ClusterContext, 'namespace' | 'spec'>;

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Type of every Secret that holds a key of a Ceph cluster. */
export const CEPH_SECRET = 'kubernetes.io/rook';

/** Secrets with Rook's type. `data`, never `stringData`: server-side apply does not own what came in as text. */
export const cephSecret = (namespace: string, name: string, data: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, labels: clusterLabels(namespace, name) },
  type: CEPH_SECRET,
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
});

const withFinalizer = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, finalizers: [FINALIZER] },
});

/**
 * Who the cluster is: fsid and the two keys from which everything else can be recovered. Create-only, and kept by our finalizer: a lost or
 * replaced key locks every daemon out of its own data. The first one is the root; the others repeat its keys in other forms.
 */
export const identitySecrets = (
  { namespace, fsid }: IdentityContext,
  { monKey, adminKey }: { monKey: string; adminKey: string },
): KubernetesObject[] => {
  const admin = { entity: 'client.admin', key: adminKey };
  const root = {
    'cluster-name': namespace,
    fsid,
    'mon-secret': monKey,
    'admin-secret': adminKey,
    'ceph-username': 'client.admin',
    'ceph-secret': adminKey,
  };
  return [
    cephSecret(namespace, NAMES.mon, root),
    cephSecret(namespace, NAMES.monsKeyring, { keyring: keyringText([{ entity: 'mon.', key: monKey }, admin]) }),
    cephSecret(namespace, NAMES.adminKeyring, { keyring: keyringText([admin]) }),
  ].map(withFinalizer);
};

/** Key of one mgr. Create-only. */
export const mgrKeyringSecret = ({ namespace }: IdentityContext, id: string, key: string): KubernetesObject =>
  cephSecret(namespace, mgrKeyringName(id), { keyring: keyringText([{ entity: `mgr.${id}`, key }]) });

/** How daemons and clients find the mons. Holds no key; it is a Secret because Rook's tools read one. */
export const connectionSecret = ({ namespace, spec }: Context, mons: MonAddress[]): KubernetesObject =>
  cephSecret(namespace, NAMES.config, {
    mon_host: monHost(spec, mons),
    mon_initial_members: monInitialMembers(mons),
  });

/** Where each mon is, in Rook's format. Carries the finalizer: without it nobody could tell which store belongs to which mon. */
export const monEndpoints = ({ namespace, spec }: Context, mons: MonPlace[]): KubernetesObject => {
  const places = mons.map(({ id, host }) => [
    id,
    { Name: host.node, Hostname: host.hostname, Address: host.internalIp },
  ]);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: NAMES.monEndpoints,
      namespace,
      labels: clusterLabels(namespace, NAMES.monEndpoints),
      finalizers: [FINALIZER],
    },
    data: {
      data: monEndpointsData(spec, mons),
      mapping: JSON.stringify({ node: Object.fromEntries(places) }),
      maxMonId: String(Math.max(...mons.map(({ id }) => monIndex(id)))),
      outOfQuorum: '',
    },
  };
};

/**
 * Settings that a daemon reads before it reaches the mons. Create-only: it is the user's place for overrides, as with Rook; what can be in
 * the mons' own database belongs there.
 */
export const configOverride = ({ namespace }: Pick<ClusterContext, 'namespace'>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: NAMES.configOverride, namespace, labels: clusterLabels(namespace, NAMES.configOverride) },
  data: { config: '' },
});

/** Accounts of the daemons. They may do nothing; they exist so that pull secrets and security policies can be bound to them. */
export const serviceAccounts = ({ namespace }: Pick<ClusterContext, 'namespace'>): KubernetesObject[] =>
  Object.values(SERVICE_ACCOUNTS).map((name) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, labels: clusterLabels(namespace, name) },
    automountServiceAccountToken: false,
  }));
