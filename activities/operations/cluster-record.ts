/** What is remembered of every cluster outside its own namespace, so that it can be looked after when document and namespace are gone. */
import { z } from 'zod';
import { CLUSTER_RECORDS, SYSTEM_NAMESPACE } from '../../src/contract/names.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';

const RECORDS: ObjectRef = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: SYSTEM_NAMESPACE,
  name: CLUSTER_RECORDS,
};

const RECORD = z.object({
  /** The Ceph image that its agents run. */
  image: z.string(),
  dataDir: z.string(),
  /** `null` until its identity was made. */
  fsid: z.string().nullable(),
  /** Hosts that ever carried a daemon or disk of it. */
  nodes: z.array(z.string()),
  /** Machine id of each host when it joined. Absent in records of earlier versions, and for hosts whose id nobody told. */
  machineIds: z.record(z.string(), z.string()).optional(),
  /** Hash of the document whose settings were applied last. */
  appliedDocument: z.string().optional(),
  /** `x.y.z` of the Ceph image. */
  cephVersion: z.string().optional(),
  /**
   * Uuid of every OSD by its id, as Ceph's map had them when the cluster was stopped with its data kept. It only says what a plan may
   * count on while no mon answers: before an OSD starts, its disk is compared with the map itself.
   */
  keptOsds: z.record(z.string(), z.string()).optional(),
  /** ISO 8601. */
  updatedAt: z.string(),
});
export type ClusterRecord = z.infer<typeof RECORD>;

type RecordStore = Pick<Kubernetes, 'read' | 'updateWithRetry'>;

/** Every cluster of which anything was made and not all is gone, also where its document is. */
export const recordedClusters = async (kubernetes: Pick<RecordStore, 'read'>): Promise<string[]> =>
  Object.keys(recordsOf(await kubernetes.read(RECORDS)));

/** `null` where nothing is remembered. Fails on a record that cannot be read: taken for none, its disks would count as foreign. */
export async function readClusterRecord(
  kubernetes: Pick<RecordStore, 'read'>,
  cluster: string,
): Promise<ClusterRecord | null> {
  const text = recordsOf(await kubernetes.read(RECORDS))[cluster];
  if (text === undefined) return null;
  try {
    return RECORD.parse(JSON.parse(text));
  } catch (cause) {
    throw failure(
      'INVALID_DOCUMENT',
      `Key "${cluster}" of ConfigMap ${RECORDS.name} in namespace ${SYSTEM_NAMESPACE} cannot be read: ${String(cause)}`,
      { cause },
    );
  }
}

/** Idempotent; other clusters' records stay as they are. `already` where it says the same but for `updatedAt`. */
export async function writeClusterRecord(
  kubernetes: RecordStore,
  cluster: string,
  record: ClusterRecord,
): Promise<{ already: boolean }> {
  const { updatedAt: _, ...wanted } = record;
  let already = false;
  await kubernetes.updateWithRetry(RECORDS, (current) => {
    const known = recordsOf(current);
    already = saysTheSame(known[cluster], wanted);
    return already ? undefined : withRecords(current, { ...known, [cluster]: JSON.stringify(record) });
  });
  return { already };
}

/**
 * Called when nothing of the cluster is left anywhere. Idempotent.
 * @param fsid of the cluster that is gone
 * @throws IDENTITY_CONFLICT where the record is of another cluster by now
 */
export async function forgetClusterRecord(
  kubernetes: RecordStore,
  cluster: string,
  fsid: string | null,
): Promise<{ already: boolean }> {
  const record = await readClusterRecord(kubernetes, cluster);
  if (record === null) return { already: true };
  await kubernetes.updateWithRetry(RECORDS, (current) => {
    const { [cluster]: known, ...others } = recordsOf(current);
    if (known === undefined) return undefined;
    requireSame(cluster, RECORD.parse(JSON.parse(known)).fsid, fsid);
    return withRecords(current, others);
  });
  return { already: false };
}

function requireSame(cluster: string, recorded: string | null, fsid: string | null): void {
  if (recorded === null || recorded === fsid) return;
  throw failure(
    'IDENTITY_CONFLICT',
    `The record of ${cluster} was not forgotten: the cluster that is gone has fsid ${fsid ?? '(none)'}, but the record is of ${recorded}`,
  );
}

const recordsOf = (object: KubernetesObject | undefined): Record<string, string> =>
  (object?.['data'] as Record<string, string> | undefined) ?? {};

const withRecords = (current: KubernetesObject | undefined, data: Record<string, string>): KubernetesObject => ({
  ...(current ?? {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: RECORDS.name, namespace: SYSTEM_NAMESPACE },
  }),
  data,
});

function saysTheSame(text: string | undefined, wanted: Omit<ClusterRecord, 'updatedAt'>): boolean {
  if (text === undefined) return false;
  try {
    const { updatedAt: _, ...known } = RECORD.parse(JSON.parse(text));
    return JSON.stringify(known) === JSON.stringify(RECORD.omit({ updatedAt: true }).parse(wanted));
  } catch {
    return false;
  }
}
