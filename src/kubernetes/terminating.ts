import { failure, type CephflowError } from '../errors.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import { API_VERSION, KIND } from '../spec/ceph-cluster.ts';
import type { ListQuery } from './objects.ts';

interface Lister {
  list(query: ListQuery): Promise<KubernetesObject[]>;
}

/** What carries finalizers of ours or of Rook in a cluster's namespace. */
const KEPT_KINDS = [
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: API_VERSION, kind: KIND },
];

/** Conditions of a Namespace by which the API server says what else it waits for. */
const WAITS_FOR = new Set(['NamespaceContentRemaining', 'NamespaceFinalizersRemaining']);

/**
 * Throws where the namespace is being deleted: the API server lets nothing new into it, for ever if finalizers keep it. The failure names
 * since when, what keeps it, and the one command that saves the identity, lets the namespace end and makes it again with the identity.
 * @throws NAMESPACE_TERMINATING
 */
export const requireNotTerminating = async (kubernetes: Lister, namespace: KubernetesObject): Promise<void> => {
  const { name, deletionTimestamp } = namespace.metadata;
  if (deletionTimestamp === undefined) return;
  const lists = await Promise.all(KEPT_KINDS.map((kind) => kubernetes.list({ ...kind, namespace: name })));
  const kept = lists.flat().filter(({ metadata }) => (metadata.finalizers ?? []).length > 0);
  const because = `Namespace ${name} is being deleted since ${deletionTimestamp}, so nothing can be started in it`;
  throw kept.length === 0 ? endsByItself(namespace, because) : keptBy(kept, name, because);
};

const endsByItself = (namespace: KubernetesObject, because: string): CephflowError => {
  const { conditions = [] } = (namespace['status'] ?? {}) as {
    conditions?: { type: string; status: string; message?: string }[];
  };
  const left = conditions.filter(({ type, status }) => WAITS_FOR.has(type) && status === 'True');
  const still = left.length === 0 ? '' : ` (${left.map(({ message = '' }) => message).join('; ')})`;
  return failure(
    'NAMESPACE_TERMINATING',
    `${because}; no Secret, ConfigMap or document of the cluster keeps it, so it ends by itself when its last pods and other objects are gone${still}`,
  );
};

const keptBy = (kept: KubernetesObject[], namespace: string, because: string): CephflowError => {
  const names = kept.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  const finalizers = [...new Set(kept.flatMap(({ metadata }) => metadata.finalizers ?? []))];
  const file = `${namespace}-saved.yaml`;
  const remedy = `${existingFile(namespace, file)}: ${savingCommand(kept, namespace, file)}`;
  return failure(
    'NAMESPACE_TERMINATING',
    `${because}; ${names.join(', ')} keep it by their finalizers (${finalizers.join(', ')}), because without them nobody can open the data on the disks any more. To save them, let the namespace end and make it again with them, run this. ${remedy}`,
    {
      findings: [
        { code: 'NAMESPACE_TERMINATING', severity: 'blocking', because, remedy, target: namespace, evidence: names },
      ],
    },
  );
};

const existingFile = (namespace: string, file: string): string =>
  `It stops where ${file} exists already, because that may be the only copy: keep it, and when the namespace is gone create it again with kubectl create namespace ${namespace} && kubectl create -f ${file}; while the namespace is still kept, rename the file, run this and then kubectl create -f the renamed one as well`;

/**
 * Each part runs only if the one before it ended well: no finalizer goes before its object is in the file. The file has keys in it, and
 * it is never overwritten: run again, the command would put nothing in the place of the only copy. It gets its name when it is complete.
 */
const savingCommand = (kept: KubernetesObject[], namespace: string, file: string): string => {
  const objects = kept.map(({ apiVersion, kind, metadata }) => `${resourceOf(apiVersion, kind)}/${metadata.name}`);
  return [
    `[ ! -e ${file} ]`,
    'set -o pipefail',
    'umask 077',
    // An object is not created with the version it had before.
    `kubectl -n ${namespace} get ${objects.join(' ')} -o yaml | grep -v ' resourceVersion:' > ${file}.$$`,
    `mv ${file}.$$ ${file}`,
    `kubectl -n ${namespace} patch ${objects.join(' ')} --type=merge -p '{"metadata":{"finalizers":null}}'`,
    `kubectl wait --for=delete namespace/${namespace} --timeout=300s`,
    `kubectl create namespace ${namespace}`,
    `kubectl create -f ${file}`,
  ].join(' && ');
};

const resourceOf = (apiVersion: string, kind: string): string => {
  const [group = '', version] = apiVersion.split('/');
  return `${kind.toLowerCase()}${version === undefined ? '' : `.${group}`}`;
};
