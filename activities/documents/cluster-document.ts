import { createHash } from 'node:crypto';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';
import { API_VERSION, KIND } from '../../src/spec/ceph-cluster.ts';
import { parseCephCluster, type ParsedCluster } from '../../src/spec/parse.ts';

/** The document of a namespace as it is now. */
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
  return { ...parsed, ref, object, generation: object.metadata.generation ?? 0, hash: contentHash(object['spec']) };
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
