import { FIELD_MANAGER } from '../contract/names.ts';
import { failure } from '../errors.ts';
import type { KubernetesObject, ObjectRef } from '../manifests/object.ts';
import type { ApiAnswer, Connection } from './connection.ts';
import type { ObjectStore } from './objects.ts';

export interface MetadataPatch {
  /** `null` takes a label away. */
  labels?: Record<string, string | null>;
  annotations?: Record<string, string | null>;
  addFinalizers?: string[];
  removeFinalizers?: string[];
}

export interface Patched {
  /** False where nothing had to be changed, or where the object does not exist. */
  changed: boolean;
}

const MERGE_PATCH = 'application/merge-patch+json';
const TRIES = 20;

/**
 * Changes labels, annotations and finalizers and nothing else; works for custom resources. Finalizers are a list, which a merge patch
 * replaces as a whole: it carries the version that was read, so that a finalizer that somebody adds meanwhile is never lost.
 */
export const patchMetadata = async (
  connection: Connection,
  store: ObjectStore,
  ref: ObjectRef,
  wanted: MetadataPatch,
): Promise<Patched> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const current = await store.read(ref);
    if (current === undefined) return { changed: false };
    const metadata = metadataPatch(current, wanted);
    if (metadata === undefined) return { changed: false };
    const { status } = await sendPatch(connection, await store.requirePath(ref), { metadata });
    if (status !== 409) return { changed: status !== 404 };
  }
  throw busy(ref);
};

/** Merges into the status subresource. Idempotent; an absent object is left absent. */
export const patchStatus = async (
  connection: Connection,
  store: ObjectStore,
  ref: ObjectRef,
  status: object,
): Promise<Patched> => {
  const before = await store.read(ref);
  if (before === undefined) return { changed: false };
  const path = `${await store.requirePath(ref)}/status`;
  const { status: code, body } = await sendPatch(connection, path, { status });
  if (code === 409) throw busy(ref);
  const after = (body as KubernetesObject).metadata;
  return { changed: code !== 404 && after.resourceVersion !== before.metadata.resourceVersion };
};

/**
 * Read, change, write at the version that was read; again when someone else was quicker, so `mutate` must be pure.
 * `mutate` gets `undefined` where the object is absent and returns what should be there, or `undefined` to leave all as it is.
 */
export const updateWithRetry = async (
  store: ObjectStore,
  ref: ObjectRef,
  mutate: (current: KubernetesObject | undefined) => KubernetesObject | undefined,
): Promise<KubernetesObject | undefined> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const current = await store.read(ref);
    const wanted = mutate(current === undefined ? undefined : structuredClone(current));
    if (wanted === undefined) return current;
    const written = await write(store, current, wanted);
    if (written !== undefined) return written;
  }
  throw busy(ref);
};

const write = async (
  store: ObjectStore,
  current: KubernetesObject | undefined,
  wanted: KubernetesObject,
): Promise<KubernetesObject | undefined> => {
  if (current === undefined) {
    const { already, object } = await store.create(wanted);
    return already ? undefined : object;
  }
  const { resourceVersion, uid } = current.metadata;
  return await store.replace({ ...wanted, metadata: { ...wanted.metadata, resourceVersion, uid } });
};

const sendPatch = async (connection: Connection, path: string, body: object): Promise<ApiAnswer> => {
  const query = { fieldManager: FIELD_MANAGER };
  const asked = { method: 'PATCH', path, query, contentType: MERGE_PATCH, body } as const;
  return await connection.request(asked, [404, 409]);
};

/** Only the differences, or `undefined` where there is none. */
const metadataPatch = ({ metadata }: KubernetesObject, wanted: MetadataPatch): object | undefined => {
  const labels = differences(metadata.labels, wanted.labels);
  const annotations = differences(metadata.annotations, wanted.annotations);
  const before = metadata.finalizers ?? [];
  const removed = wanted.removeFinalizers ?? [];
  // An object under deletion takes no new finalizer; the API server would refuse the whole patch.
  const added = metadata.deletionTimestamp === undefined ? (wanted.addFinalizers ?? []) : [];
  const finalizers = [...new Set([...before, ...added])].filter((name) => !removed.includes(name));
  const sameFinalizers = finalizers.length === before.length && finalizers.every((name) => before.includes(name));
  if (labels === undefined && annotations === undefined && sameFinalizers) return undefined;
  return {
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(sameFinalizers ? {} : { finalizers, resourceVersion: metadata.resourceVersion }),
  };
};

const differences = (
  current: Record<string, string> = {},
  wanted: Record<string, string | null> = {},
): Record<string, string | null> | undefined => {
  const changes = Object.entries(wanted).filter(([key, value]) => (current[key] ?? null) !== value);
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
};

const busy = (ref: ObjectRef): Error =>
  failure(
    'KUBERNETES_UNREACHABLE',
    `${ref.kind} "${ref.name}" was changed by others again and again while it should be written`,
  );
