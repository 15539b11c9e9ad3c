import { refusal } from '../../src/kubernetes/api-error.ts';
import { applyObject } from '../../src/kubernetes/apply.ts';
import type { ApiAnswer, ApiRequest, Connection } from '../../src/kubernetes/connection.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { nodeFactsOf } from '../../src/kubernetes/node-facts.ts';
import { ObjectStore } from '../../src/kubernetes/objects.ts';
import { patchMetadata, patchStatus, updateWithRetry } from '../../src/kubernetes/patch.ts';
import { resourcePaths } from '../../src/kubernetes/resource-path.ts';
import type { PodsReadyOptions } from '../../src/kubernetes/wait-pods.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';
import { OPS_RULES, rightFor, rightsOf } from './granted.ts';

/** Kinds that are served, by the path of their group. */
const SERVED: Record<string, [plural: string, kind: string, scope?: 'cluster'][]> = {
  '/api/v1': [
    ['configmaps', 'ConfigMap'],
    ['secrets', 'Secret'],
    ['services', 'Service'],
    ['serviceaccounts', 'ServiceAccount'],
    ['pods', 'Pod'],
    ['events', 'Event'],
    ['nodes', 'Node', 'cluster'],
    ['persistentvolumes', 'PersistentVolume', 'cluster'],
    ['namespaces', 'Namespace', 'cluster'],
  ],
  '/apis/apps/v1': [
    ['deployments', 'Deployment'],
    ['daemonsets', 'DaemonSet'],
    ['replicasets', 'ReplicaSet'],
  ],
  '/apis/batch/v1': [
    ['cronjobs', 'CronJob'],
    ['jobs', 'Job'],
  ],
  '/apis/policy/v1': [['poddisruptionbudgets', 'PodDisruptionBudget']],
  '/apis/rbac.authorization.k8s.io/v1': [
    ['roles', 'Role'],
    ['rolebindings', 'RoleBinding'],
  ],
  '/apis/ceph.rook.io/v1': [['cephclusters', 'CephCluster']],
};

const GRANTED = rightsOf(OPS_RULES);

export interface ObjectServer {
  kubernetes: Kubernetes;
  /** `PATCH /apis/...` of every request that may change something, in order. */
  writes: string[];
  /** What was waited for. */
  waits: Pick<PodsReadyOptions, 'namespace' | 'selector' | 'count' | 'deployments'>[];
  get(kind: string, name: string): KubernetesObject | undefined;
  /** `Kind/name` of everything there is, sorted. */
  names(): string[];
  /** Changes an object as somebody else would. */
  change(kind: string, name: string, mutate: (object: KubernetesObject) => KubernetesObject): void;
  /** Removes an object as somebody else would. */
  lose(kind: string, name: string): void;
  /** Requests that are refused as the given answer says. */
  refuse(matching: (request: ApiRequest) => boolean, answer: ApiAnswer): void;
}

/**
 * An API server in memory that keeps what activities can tell apart: versions, uids, create-only, apply that changes nothing twice, merge
 * patches, status, addresses of Services, and what the ops worker's role does not grant. Our own client code runs over it; only the waits for pods are answered at once and recorded.
 */
export function objectServer(...initial: KubernetesObject[]): ObjectServer {
  const objects = new Map<string, KubernetesObject>();
  const writes: string[] = [];
  const waits: ObjectServer['waits'] = [];
  const refusals: { matching: (request: ApiRequest) => boolean; answer: ApiAnswer }[] = [];
  let version = 0;

  const requireGranted = (request: ApiRequest): void => {
    if (SERVED[request.path] !== undefined) return;
    const asked = rightFor(request);
    if (!GRANTED.has(asked)) throw new Error(`the role in deploy/kubernetes does not grant: ${asked}`);
  };

  const keep = (path: string, object: KubernetesObject): KubernetesObject => {
    const before = objects.get(path);
    const uid = before?.metadata.uid ?? object.metadata.uid ?? `uid-${(version += 1)}`;
    const resourceVersion = before?.metadata.resourceVersion;
    const same = { ...object, metadata: { ...object.metadata, uid, resourceVersion } };
    if (before !== undefined && JSON.stringify(sorted(before)) === JSON.stringify(sorted(same))) return before;
    version += 1;
    const kept = { ...same, metadata: { ...same.metadata, resourceVersion: String(version) } };
    objects.set(path, kept);
    return kept;
  };

  const answer = (request: ApiRequest): ApiAnswer => {
    const { method, path, query = {}, body } = request;
    const served = SERVED[path];
    if (served !== undefined) return { status: 200, body: { resources: served.map(resource) } };
    if (method !== 'GET') writes.push(`${method} ${path}`);
    const refused = refusals.find(({ matching }) => matching(request));
    if (refused !== undefined) return refused.answer;
    const collection = path.split('/').at(-1) ?? '';
    const isCollection = Object.values(SERVED)
      .flat()
      .some(([plural]) => plural === collection);
    if (method === 'GET' && isCollection) return list(objects, path, query['labelSelector']);
    if (method === 'POST')
      return create(`${path}/${(body as KubernetesObject).metadata.name}`, body as KubernetesObject);
    return onObject(request);
  };

  const create = (path: string, object: KubernetesObject): ApiAnswer => {
    const address = addressOf(object);
    // As the real one: addresses of Services are given out before the name is looked for, so this wins over 409.
    if (address !== undefined && [...objects.values()].some((other) => addressOf(other) === address))
      return { status: 422, body: { message: `failed to allocate IP ${address}: provided IP is already allocated` } };
    if (objects.has(path)) return { status: 409, body: {} };
    version += 1;
    return { status: 201, body: keep(path, object.kind === 'Service' ? withAddress(object, version) : object) };
  };

  const onObject = ({ method, path, contentType = '', body }: ApiRequest): ApiAnswer => {
    const target = path.replace(/\/status$/, '');
    const existing = objects.get(target);
    if (method === 'PATCH' && contentType.startsWith('application/apply')) {
      if (existing === undefined) return create(target, body as KubernetesObject);
      return { status: 200, body: keep(target, merge(existing, body) as KubernetesObject) };
    }
    if (existing === undefined) return { status: 404, body: {} };
    if (method === 'PATCH') return { status: 200, body: keep(target, merge(existing, body) as KubernetesObject) };
    if (method === 'PUT') return replace(target, existing, body as KubernetesObject);
    if (method !== 'DELETE') return { status: 200, body: existing };
    const uid = (body as { preconditions?: { uid?: string } }).preconditions?.uid;
    if (uid !== undefined && uid !== existing.metadata.uid) return { status: 409, body: {} };
    objects.delete(target);
    return { status: 200, body: {} };
  };

  const replace = (path: string, existing: KubernetesObject, object: KubernetesObject): ApiAnswer =>
    object.metadata.resourceVersion === existing.metadata.resourceVersion
      ? { status: 200, body: keep(path, object) }
      : { status: 409, body: {} };

  const connection: Connection = {
    description: 'in memory',
    request: async (request, accept = []) => {
      requireGranted(request);
      const given = structuredClone(answer(structuredClone(request)));
      if (given.status >= 400 && !accept.includes(given.status)) throw refusal(request, given.status, given.body);
      return given;
    },
    lines: () => {
      throw new Error('nothing is watched here');
    },
  };
  const pathOf = (kind: string, name: string): string | undefined =>
    [...objects.keys()].find((path) => objects.get(path)?.kind === kind && path.endsWith(`/${name}`));
  for (const object of initial) keep(initialPath(object), object);
  return {
    kubernetes: clientOver(connection, waits),
    writes,
    waits,
    get: (kind, name) => objects.get(pathOf(kind, name) ?? ''),
    names: () => [...objects.values()].map(({ kind, metadata }) => `${kind}/${metadata.name}`).toSorted(),
    change: (kind, name, mutate) => {
      const path = pathOf(kind, name);
      if (path === undefined) throw new Error(`there is no ${kind} ${name}`);
      keep(path, mutate(objects.get(path) as KubernetesObject));
    },
    lose: (kind, name) => void objects.delete(pathOf(kind, name) ?? ''),
    refuse: (matching, how) => void refusals.push({ matching, answer: how }),
  };
}

function clientOver(connection: Connection, waits: ObjectServer['waits']): Kubernetes {
  const store = new ObjectStore(connection, resourcePaths(connection));
  return {
    description: connection.description,
    apply: (object) => applyObject(connection, store, object),
    create: (object) => store.create(object),
    read: (ref: ObjectRef) => store.read(ref),
    list: (query) => store.list(query),
    remove: (ref, how) => store.remove(ref, how),
    patchMetadata: (ref, patch) => patchMetadata(connection, store, ref, patch),
    patchStatus: (ref, status) => patchStatus(connection, store, ref, status),
    updateWithRetry: (ref, mutate) => updateWithRetry(store, ref, mutate),
    nodes: async () => (await store.list({ apiVersion: 'v1', kind: 'Node' })).map(nodeFactsOf),
    keepWatching: () => Promise.resolve(),
    replaceFailedPods: () => Promise.resolve([]),
    untilGone: () => Promise.resolve(),
    untilPodsGone: () => Promise.resolve(),
    untilPodsReady: ({ namespace, selector, count, deployments }) => {
      waits.push({ namespace, selector, count, ...(deployments === undefined ? {} : { deployments }) });
      return Promise.resolve([]);
    },
  };
}

const resource = ([name, kind, scope]: [string, string, 'cluster'?]) => ({
  name,
  kind,
  namespaced: scope !== 'cluster',
});

function initialPath({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const [plural = ''] = SERVED[group]?.find((one) => one[1] === kind) ?? [];
  return `${group}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`;
}

function list(objects: Map<string, KubernetesObject>, path: string, selector = ''): ApiAnswer {
  const wanted = selector === '' ? [] : selector.split(',').map((pair) => pair.split('=') as [string, string]);
  const items = [...objects]
    .filter(([key]) => key.startsWith(`${path}/`))
    .map(([, object]) => object)
    .filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value));
  return { status: 200, body: { items } };
}

const addressOf = ({ kind, spec }: KubernetesObject): string | undefined =>
  kind === 'Service' ? (spec as { clusterIP?: string }).clusterIP : undefined;

const withAddress = (service: KubernetesObject, number: number): KubernetesObject => ({
  ...service,
  spec: { clusterIP: `10.96.0.${number}`, ...(service['spec'] as object) },
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As merge patches and apply do with what the caller names: maps are merged, lists replaced, null takes away. */
function merge(before: unknown, change: unknown): unknown {
  if (!isObject(change)) return change;
  const base = isObject(before) ? before : {};
  const merged = { ...base };
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(base[key], value);
  }
  return merged;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  );
}
