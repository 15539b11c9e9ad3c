import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';

export const CLUSTER = 'rook-ceph';

const EXAMPLES = join(import.meta.dirname, '../examples');

/** The example document of this repository, with the Ceph image that the lab really has. */
export async function exampleDocument(image: string): Promise<KubernetesObject> {
  const document = await readExample('cluster.yaml');
  const spec = document['spec'] as Record<string, unknown>;
  return { ...document, spec: { ...spec, cephVersion: { image } } };
}

const readExample = async (file: string): Promise<KubernetesObject> =>
  parse(await readFile(join(EXAMPLES, file), 'utf8')) as KubernetesObject;

/** Applies the example: namespace, document, and the Service that leads to the dashboard. Starts nothing; repeating it is harmless. */
export async function applyExample(kubernetes: Kubernetes, image: string): Promise<void> {
  await kubernetes.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: CLUSTER } });
  await kubernetes.apply(await exampleDocument(image));
  await kubernetes.apply(await readExample('dashboard-nodeport.yaml'));
}
