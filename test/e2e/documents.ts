import { expect } from 'vitest';
import { exampleDocument, CLUSTER } from '../../deploy/demo/example.ts';
import { kubectl } from '../../deploy/demo/kubectl.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { namesOf } from './cluster.ts';

/** The example with some fields of its spec replaced. Another cluster keeps its own directory on each node. */
export async function documentWith(image: string, change: object, namespace = CLUSTER): Promise<KubernetesObject> {
  const example = await exampleDocument(image);
  const dataDirHostPath = namespace === CLUSTER ? '/var/lib/rook' : `/var/lib/rook/${namespace}`;
  return {
    ...example,
    metadata: { name: namespace, namespace },
    spec: { ...(example['spec'] as object), dataDirHostPath, ...change },
  };
}

/** Applies a document in its namespace. `refused` is what the API server says where its schema forbids it. */
export async function applyDocument(
  kubernetes: Kubernetes,
  document: KubernetesObject,
): Promise<{ refused: string | undefined }> {
  await kubernetes.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: document.metadata.namespace ?? '' },
  });
  try {
    await kubernetes.apply(document);
    return { refused: undefined };
  } catch (error) {
    if ((error as { code?: string }).code !== 'INVALID_DOCUMENT') throw error;
    return { refused: (error as Error).message };
  }
}

/** Nothing of a cluster is in the namespace: what Kubernetes puts into every namespace stays, the document, and what users made. */
export async function expectNothingMade(namespace: string, ofUsers: string[] = []): Promise<void> {
  const kinds = [
    'deployments',
    'daemonsets',
    'services',
    'secrets',
    'configmaps',
    'roles',
    'rolebindings',
    'serviceaccounts',
    'poddisruptionbudgets',
  ];
  const found = await Promise.all(
    kinds.map(async (kind) => (await namesOf(kind, namespace)).map((name) => `${kind}/${name}`)),
  );
  const expected = ['configmaps/kube-root-ca.crt', 'serviceaccounts/default', ...ofUsers];
  expect(found.flat().toSorted()).toEqual(expected.toSorted());
  await kubectl(['--namespace', namespace, 'wait', '--for=delete', 'pods', '--all', '--timeout=60s']);
}

/** Takes a namespace away that never held a cluster. */
export async function removeNamespace(kubernetes: Kubernetes, name: string): Promise<void> {
  const ref = { apiVersion: 'v1', kind: 'Namespace', name };
  await kubernetes.remove(ref);
  await kubernetes.untilGone(ref, { withinSeconds: 90 });
}
