import { setImmediate } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import type { Connection } from '../../../src/kubernetes/connection.ts';
import type { Kubernetes } from '../../../src/kubernetes/kubernetes.ts';
import { ObjectStore } from '../../../src/kubernetes/objects.ts';
import { patchStatus, updateWithRetry } from '../../../src/kubernetes/patch.ts';
import { resourcePaths } from '../../../src/kubernetes/resource-path.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';

export interface ConfigMapServer {
  kubernetes: Pick<Kubernetes, 'read' | 'list' | 'remove' | 'patchStatus' | 'updateWithRetry'>;
  /** Data of one ConfigMap; `undefined` where there is none. */
  dataOf(namespace: string, name: string): Record<string, string> | undefined;
  set(namespace: string, name: string, data: Record<string, string>): void;
}

/**
 * ConfigMaps as the API server keeps them, as far as concurrent writers can tell: versions, uids and their conflicts. Our own client code
 * runs over it. `turnsOf` says how many turns of the event loop each answer takes, so that a test can interleave callers at will.
 */
export function configMapServer(turnsOf: () => number = () => 0): ConfigMapServer {
  const objects = new Map<string, KubernetesObject>();
  let version = 0;
  const keep = (path: string, object: KubernetesObject, uid: string): KubernetesObject => {
    version += 1;
    const kept = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(version) } };
    objects.set(path, kept);
    return kept;
  };
  const answer = (method: string, path: string, body: unknown): { status: number; body: unknown } => {
    if (path === '/api/v1')
      return { status: 200, body: { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] } };
    // No other group is served.
    if (path.startsWith('/apis/')) return { status: 404, body: {} };
    const existing = objects.get(path);
    if (method === 'POST') return create(path, body as KubernetesObject);
    if (existing === undefined) return { status: 404, body: {} };
    if (method === 'PUT') return replace(path, existing, body as KubernetesObject);
    return method === 'DELETE' ? remove(path, existing, body) : { status: 200, body: existing };
  };
  const create = (collection: string, object: KubernetesObject) => {
    const path = `${collection}/${object.metadata.name}`;
    return objects.has(path) ? { status: 409, body: {} } : { status: 201, body: keep(path, object, randomUUID()) };
  };
  const replace = (path: string, existing: KubernetesObject, object: KubernetesObject) => {
    const { uid = '', resourceVersion } = existing.metadata;
    const isSame = object.metadata.resourceVersion === resourceVersion && object.metadata.uid === uid;
    return isSame ? { status: 200, body: keep(path, object, uid) } : { status: 409, body: {} };
  };
  const remove = (path: string, existing: KubernetesObject, options: unknown) => {
    const uid = (options as { preconditions?: { uid?: string } }).preconditions?.uid;
    if (uid !== undefined && uid !== existing.metadata.uid) return { status: 409, body: {} };
    objects.delete(path);
    return { status: 200, body: {} };
  };
  const turn = async (): Promise<void> => {
    for (let turns = turnsOf(); turns > 0; turns -= 1) await setImmediate();
  };
  const connection: Connection = {
    description: 'in memory',
    request: async ({ method, path, body }) => {
      await turn();
      const given = structuredClone(answer(method, path, structuredClone(body)));
      await turn();
      return given;
    },
    lines: () => {
      throw new Error('nothing is watched here');
    },
  };
  const store = new ObjectStore(connection, resourcePaths(connection));
  const pathOf = (namespace: string, name: string) => `/api/v1/namespaces/${namespace}/configmaps/${name}`;
  return {
    kubernetes: {
      read: (ref) => store.read(ref),
      list: (query) => store.list(query),
      patchStatus: (ref, status) => patchStatus(connection, store, ref, status),
      remove: (ref, how) => store.remove(ref, how),
      updateWithRetry: (ref, mutate) => updateWithRetry(store, ref, mutate),
    },
    dataOf: (namespace, name) => objects.get(pathOf(namespace, name))?.['data'] as Record<string, string> | undefined,
    set: (namespace, name, data) =>
      void keep(
        pathOf(namespace, name),
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data },
        randomUUID(),
      ),
  };
}
