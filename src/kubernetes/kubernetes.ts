import type { KubernetesObject, ObjectRef } from '../manifests/object.ts';
import { applyObject, type Applied } from './apply.ts';
import { openConnection, type ConnectOptions } from './connection.ts';
import { replaceFailedPods } from './failed-pods.ts';
import { nodeFactsOf, type NodeFacts } from './node-facts.ts';
import { ObjectStore, type Created, type ListQuery, type RemoveOptions } from './objects.ts';
import { patchMetadata, patchStatus, updateWithRetry, type MetadataPatch, type Patched } from './patch.ts';
import { resourcePaths } from './resource-path.ts';
import { untilGone } from './wait-gone.ts';
import { untilPodsReady, type PodsReadyOptions, type ReadyPod } from './wait-pods.ts';
import type { WaitOptions } from './wait.ts';
import { keepWatching } from './watching.ts';

export interface PodsGoneOptions extends WaitOptions {
  namespace: string;
  selector: string;
}

/**
 * The API server. Plain JSON in and out, nothing cached, no state but the connection. Failures are of the catalogue: FORBIDDEN names verb,
 * resource and namespace, KUBERNETES_UNREACHABLE is worth another try, FIELD_CONFLICT names manager and field.
 */
export interface Kubernetes {
  /** Context and server, for a person who asks which cluster this is. */
  readonly description: string;
  apply(object: KubernetesObject): Promise<Applied>;
  create(object: KubernetesObject): Promise<Created>;
  /** `undefined` where it does not exist, or where its kind is not served. */
  read(ref: ObjectRef): Promise<KubernetesObject | undefined>;
  list(query: ListQuery): Promise<KubernetesObject[]>;
  remove(ref: ObjectRef, options?: RemoveOptions): Promise<{ already: boolean }>;
  untilGone(target: ObjectRef | ListQuery, options: WaitOptions): Promise<void>;
  patchMetadata(ref: ObjectRef, patch: MetadataPatch): Promise<Patched>;
  patchStatus(ref: ObjectRef, status: object): Promise<Patched>;
  updateWithRetry(
    ref: ObjectRef,
    mutate: (current: KubernetesObject | undefined) => KubernetesObject | undefined,
  ): Promise<KubernetesObject | undefined>;
  untilPodsReady(options: PodsReadyOptions): Promise<ReadyPod[]>;
  /** Lets pods in a crash loop start anew at once: for a retry after the cause was cured. Answers with their names. */
  replaceFailedPods(where: { namespace: string; selector: string }): Promise<string[]>;
  /** Proves that no pod is left, also none that is ending. */
  untilPodsGone(options: PodsGoneOptions): Promise<void>;
  nodes(): Promise<NodeFacts[]>;
  /**
   * Calls `changed` when something of it may be otherwise, until stopped; also without a reason. Where watching is forbidden or fails nothing
   * is called, so that whoever relies on it must look by itself as well. Never fails.
   */
  keepWatching(query: ListQuery, changed: () => void, signal: AbortSignal): Promise<void>;
}

/** Loads the credentials; nothing is sent before the first call. */
export const connectKubernetes = (options: ConnectOptions = {}): Kubernetes => {
  const connection = openConnection(options);
  const paths = resourcePaths(connection);
  const store = new ObjectStore(connection, paths);
  return {
    description: connection.description,
    apply: (object) => applyObject(connection, store, object),
    create: (object) => store.create(object),
    read: (ref) => store.read(ref),
    list: (query) => store.list(query),
    remove: (ref, how) => store.remove(ref, how),
    untilGone: (target, how) => untilGone(connection, store, paths, target, how),
    patchMetadata: (ref, patch) => patchMetadata(connection, store, ref, patch),
    patchStatus: (ref, status) => patchStatus(connection, store, ref, status),
    updateWithRetry: (ref, mutate) => updateWithRetry(store, ref, mutate),
    untilPodsReady: (how) => untilPodsReady(connection, store, paths, how),
    replaceFailedPods: ({ namespace, selector }) => replaceFailedPods(store, namespace, selector),
    untilPodsGone: ({ namespace, selector, ...how }) =>
      untilGone(connection, store, paths, { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: selector }, how),
    keepWatching: (query, changed, signal) => keepWatching(connection, paths, query, { changed }, signal),
    nodes: async () => (await store.list({ apiVersion: 'v1', kind: 'Node' })).map(nodeFactsOf),
  };
};
