/** Which objects of a namespace belong to its Ceph cluster. */
import { FINALIZER } from '../../src/contract/names.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { CEPH_SECRET } from '../../src/manifests/identity.ts';
import { APP } from '../../src/manifests/labels.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { API_VERSION, KIND } from '../../src/spec/ceph-cluster.ts';

type Lister = Pick<Kubernetes, 'list'>;

/** Names that Rook gives them, for clusters or parts that it made; ours are known by their labels. */
const ROOK_NAMES: Record<string, RegExp> = {
  Service: /^rook-ceph-(mon-[a-z]+|mgr|mgr-dashboard|exporter|rgw-.+|nfs-.+)$/,
  PodDisruptionBudget: /^rook-ceph-(mon-pdb|mgr-pdb|osd|osd-.+|mds-.+|rgw-.+)$/,
  ConfigMap: /^rook-ceph-(mon-endpoints|pdbstatemap|osd-.+-status)$/,
};

/** Kinds of objects beside the workloads, in the order in which they are removed. */
const KINDS = [
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
] as const;

export const nameOf = ({ kind, metadata: { name } }: KubernetesObject): string => `${kind}/${name}`;

/** What makes pods of a cluster. */
const WORKLOADS = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
] as const;

/** Deployments of the cluster's daemons and its toolbox, and what it runs every night. */
export async function listWorkloads(kubernetes: Lister, cluster: string): Promise<KubernetesObject[]> {
  const lists = await Promise.all(WORKLOADS.map((kind) => kubernetes.list({ ...kind, namespace: cluster })));
  return lists
    .flat()
    .filter(({ metadata: { labels } }) => labels?.['rook_cluster'] === cluster || labels?.['app'] === APP.toolbox);
}

/** Everything else that belongs to the cluster, the identity Secret last. Without agents, what they wrote, and the document. */
export async function listClusterObjects(kubernetes: Lister, cluster: string): Promise<KubernetesObject[]> {
  const lists = await Promise.all(KINDS.map((kind) => kubernetes.list({ ...kind, namespace: cluster })));
  const ours = lists.flat().filter((object) => isOurs(object, cluster));
  return [...ours.filter((object) => !isIdentity(object)), ...ours.filter(isIdentity)];
}

export const isIdentity = ({ kind, metadata: { name } }: KubernetesObject): boolean =>
  kind === 'Secret' && name === NAMES.mon;

/** The CephCluster documents of the namespace, also one that no longer parses. */
export const listDocuments = (kubernetes: Lister, cluster: string): Promise<KubernetesObject[]> =>
  kubernetes.list({ apiVersion: API_VERSION, kind: KIND, namespace: cluster });

export const hasOurFinalizer = ({ metadata: { finalizers = [] } }: KubernetesObject): boolean =>
  finalizers.includes(FINALIZER);

function isOurs(object: KubernetesObject, cluster: string): boolean {
  const { name, labels = {} } = object.metadata;
  if (object.kind === 'Secret' && object['type'] === CEPH_SECRET) return true;
  if (ROOK_NAMES[object.kind]?.test(name)) return true;
  const isLabelled = labels['app.kubernetes.io/managed-by'] === 'cephflow' && labels['rook_cluster'] === cluster;
  return isLabelled && !holdsWishesOfPerson(object);
}

/** We make it empty; what somebody wrote into it belongs to the document's owner. */
function holdsWishesOfPerson({ kind, metadata: { name }, data }: KubernetesObject): boolean {
  const { config = '' } = (data ?? {}) as { config?: string };
  return kind === 'ConfigMap' && name === NAMES.configOverride && config.trim() !== '';
}
