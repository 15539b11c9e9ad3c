import { createHash } from 'node:crypto';
import { FINALIZER } from '../../src/contract/names.ts';
import type { Finding } from '../../src/contract/finding.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';
import { API_VERSION, KIND } from '../../src/spec/ceph-cluster.ts';
import { parseCephCluster, type ParsedCluster } from '../../src/spec/parse.ts';

/** The document of a namespace as it is now. Among its findings, beside those of its content: that it was deleted. */
export interface ClusterDocument extends ParsedCluster {
  ref: ObjectRef;
  object: KubernetesObject;
  generation: number;
  hash: string;
}

/**
 * Reads the CephCluster document of a namespace.
 * @returns `undefined` where there is none
 * @throws INVALID_DOCUMENT with every problem, or where the namespace has several (one cluster per namespace)
 */
export async function findDocument(
  kubernetes: Pick<Kubernetes, 'list'>,
  cluster: string,
): Promise<ClusterDocument | undefined> {
  const found = await kubernetes.list({ apiVersion: API_VERSION, kind: KIND, namespace: cluster });
  if (found.length > 1) {
    const names = found.map(({ metadata }) => metadata.name).join(', ');
    throw failure(
      'INVALID_DOCUMENT',
      `Namespace ${cluster} has ${found.length} CephCluster documents (${names}), but a namespace holds one cluster`,
    );
  }
  const [object] = found;
  if (object === undefined) return undefined;
  const parsed = parseCephCluster({ value: object });
  const ref = { apiVersion: API_VERSION, kind: KIND, namespace: cluster, name: object.metadata.name };
  const findings = [...parsed.findings, ...deletion(object, cluster)];
  const { generation = 0 } = object.metadata;
  return { ...parsed, findings, ref, object, generation, hash: contentHash(object['spec']) };
}

/** Deleting the document removes nothing, but whoever did it does not want to see more of the cluster made. */
function deletion({ metadata: { name, deletionTimestamp } }: KubernetesObject, cluster: string): Finding[] {
  if (deletionTimestamp === undefined) return [];
  return [
    {
      code: 'DOCUMENT_DELETED',
      severity: 'blocking',
      because: `The CephCluster document ${name} of ${cluster} was deleted at ${deletionTimestamp}; only a finalizer (ours is ${FINALIZER}) keeps it, and the cluster is untouched.`,
      remedy: `To remove the cluster, start teardown, which takes the finalizer away. To keep it, save the document, run "kubectl --namespace ${cluster} patch cephclusters.ceph.rook.io ${name} --type merge --patch '{"metadata":{"finalizers":null}}'", apply the document again and send retry.`,
      target: name,
    },
  ];
}

/** As `findDocument`. @throws DOCUMENT_MISSING where there is none */
export async function requireDocument(kubernetes: Pick<Kubernetes, 'list'>, cluster: string): Promise<ClusterDocument> {
  const document = await findDocument(kubernetes, cluster);
  if (document === undefined) throw failure('DOCUMENT_MISSING', `Namespace ${cluster} has no CephCluster document`);
  return document;
}

/** The document that a plan rests on. @throws DOCUMENT_CHANGED where it says something else by now */
export async function requireSameDocument(
  kubernetes: Kubernetes,
  cluster: string,
  hash: string,
): Promise<ClusterDocument> {
  const document = await requireDocument(kubernetes, cluster);
  if (document.hash === hash) return document;
  throw failure(
    'DOCUMENT_CHANGED',
    `The CephCluster document of ${cluster} was changed after the plan was made (generation ${document.generation} now)`,
  );
}

/** Short content hash for annotations and comparisons. */
export const contentHash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
