/** The ConfigMap `cephflow-removed` of a cluster's namespace: disks whose OSD was removed, one key per OSD uuid. */
import { z } from 'zod';
import type { Applied } from '../../src/contract/bootstrap-activities.ts';
import type { RemovedDisk } from '../../src/contract/osd-activities.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';
import { forgetJudged } from '../observe/noticed-hosts.ts';

export const REMOVED_NAME = 'cephflow-removed';

const ENTRY = z.object({
  node: z.string().nullable(),
  disk: z.string().nullable(),
  osdId: z.number(),
  osdUuid: z.string(),
  replaced: z.literal(true).optional(),
  since: z.string(),
});

type Store = Pick<Kubernetes, 'read' | 'updateWithRetry'>;

const refFor = (namespace: string): ObjectRef => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace,
  name: REMOVED_NAME,
});

/** Fails on an entry that cannot be read: taken for none, its disk would be taken again. */
export async function readRemoved(kubernetes: Pick<Store, 'read'>, cluster: string): Promise<RemovedDisk[]> {
  return Object.entries(textsOf(await kubernetes.read(refFor(cluster)))).map(([key, text]) => parse(key, text));
}

/** A repeat keeps since when it is removed. The table of its host is judged again when the operation has ended: its disk may be left as it is. */
export async function rememberRemoved(
  kubernetes: Store,
  cluster: string,
  removed: Omit<RemovedDisk, 'since'>,
): Promise<Applied> {
  const applied = await change(kubernetes, cluster, (texts) =>
    removed.osdUuid in texts
      ? texts
      : { ...texts, [removed.osdUuid]: JSON.stringify({ ...removed, since: new Date().toISOString() }) },
  );
  if (removed.node !== null) await forgetJudged(kubernetes, cluster, removed.node);
  return applied;
}

/** Takes the entries of these disks away, because somebody adds them on purpose. */
export const forgetRemoved = (
  kubernetes: Store,
  cluster: string,
  disks: { node: string; disk: string }[],
): Promise<Applied> =>
  change(kubernetes, cluster, (texts) =>
    Object.fromEntries(
      Object.entries(texts).filter(([key, text]) => {
        const entry = parse(key, text);
        return !disks.some(({ node, disk }) => node === entry.node && disk === entry.disk);
      }),
    ),
  );

async function change(
  kubernetes: Store,
  cluster: string,
  next: (texts: Record<string, string>) => Record<string, string>,
): Promise<Applied> {
  let already = true;
  await kubernetes.updateWithRetry(refFor(cluster), (current) => {
    const before = textsOf(current);
    const data = next(before);
    already =
      Object.keys(data).length === Object.keys(before).length &&
      Object.keys(data).every((key) => data[key] === before[key]);
    return already ? undefined : { ...(current ?? emptyFor(cluster)), data };
  });
  return { already };
}

const emptyFor = (namespace: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  // Its labels let teardown take it away with the cluster.
  metadata: {
    name: REMOVED_NAME,
    namespace,
    labels: { 'app.kubernetes.io/managed-by': 'cephflow', rook_cluster: namespace },
  },
});

const textsOf = (object: KubernetesObject | undefined): Record<string, string> =>
  (object?.['data'] as Record<string, string> | undefined) ?? {};

function parse(key: string, text: string): RemovedDisk {
  try {
    return ENTRY.parse(JSON.parse(text));
  } catch (cause) {
    throw failure('INVALID_DOCUMENT', `Key "${key}" of ConfigMap ${REMOVED_NAME} cannot be read: ${String(cause)}`, {
      cause,
    });
  }
}
