import type { KubernetesObject, ObjectRef } from '../manifests/object.ts';

/** The little of the Kubernetes API that connection and identity of a Ceph cluster rest on; `Kubernetes` of src/kubernetes has it. */
export interface ClusterStore {
  read(ref: ObjectRef): Promise<KubernetesObject | undefined>;
  /** Create-only: an object that exists is never changed, because a replaced key would lock every daemon out. */
  create(object: KubernetesObject): Promise<{ already: boolean; object: KubernetesObject }>;
}

/** Decoded data of a Secret, its fsid without white space around it; `undefined` where there is none. */
export async function readSecret(
  store: ClusterStore,
  cluster: string,
  name: string,
): Promise<Record<string, string> | undefined> {
  const data = await readData(store, { apiVersion: 'v1', kind: 'Secret', namespace: cluster, name });
  if (data === undefined) return undefined;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decoded(key, value)]));
}

/** Fsid in an identity Secret; `null` where there is none. No key of the Secret is looked at. */
export function fsidOf(secret: KubernetesObject | undefined): string | null {
  const { fsid } = (secret?.data ?? {}) as { fsid?: string };
  return fsid === undefined ? null : decoded('fsid', fsid);
}

/** A Secret that was restored by hand often ends with a line break, which is no part of an fsid; a password may end as it likes. */
function decoded(key: string, value: string): string {
  const text = Buffer.from(value, 'base64').toString('utf8');
  return key === 'fsid' ? text.trim() : text;
}

export const readConfigMap = (
  store: Pick<ClusterStore, 'read'>,
  cluster: string,
  name: string,
): Promise<Record<string, string> | undefined> =>
  readData(store, { apiVersion: 'v1', kind: 'ConfigMap', namespace: cluster, name });

async function readData(
  store: Pick<ClusterStore, 'read'>,
  ref: ObjectRef,
): Promise<Record<string, string> | undefined> {
  const object = await store.read(ref);
  return object === undefined ? undefined : ((object.data ?? {}) as Record<string, string>);
}
