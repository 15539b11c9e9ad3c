/** The ConfigMap `cephflow-owed` beside the ops worker: what teardowns could not take away, one key per cluster and host. */
import { z } from 'zod';
import { SYSTEM_NAMESPACE } from '../../src/contract/names.ts';
import type { OwedHost, RememberOwedInput } from '../../src/contract/owed.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';
import { readClusterRecord } from './cluster-record.ts';

export const OWED_NAME = 'cephflow-owed';

const OWED: ObjectRef = { apiVersion: 'v1', kind: 'ConfigMap', namespace: SYSTEM_NAMESPACE, name: OWED_NAME };

const ENTRY = z.object({
  node: z.string(),
  fsid: z.string().nullable(),
  dataDir: z.string(),
  disks: z.array(z.string()),
  reason: z.string(),
  since: z.string(),
  machineId: z.string().optional(),
});

type OwedStore = Pick<Kubernetes, 'read' | 'updateWithRetry'>;

/** A namespace has no dot in its name, so that the first one ends it. */
const keyOf = (cluster: string, node: string): string => `${cluster}.${node}`;

const isOf = (cluster: string, key: string): boolean => key.startsWith(`${cluster}.`);

/** Fails on an entry that cannot be read: taken for none, its disks would count as nobody's. */
export async function readOwedHosts(kubernetes: Pick<OwedStore, 'read'>, cluster: string): Promise<OwedHost[]> {
  const entries = Object.entries(textsOf(await kubernetes.read(OWED))).filter(([key]) => isOf(cluster, key));
  return entries.map(([key, text]) => parse(key, text)).toSorted((a, b) => (a.node < b.node ? -1 : 1));
}

/** Writes what is owed and takes away what was paid. A repeat changes nothing: since when a host owes stays as it was. */
export async function rememberOwed(
  kubernetes: OwedStore,
  { cluster, debts, paid }: RememberOwedInput,
): Promise<{ already: boolean }> {
  const record = await readClusterRecord(kubernetes, cluster);
  const now = new Date().toISOString();
  return change(kubernetes, (texts) => {
    const next = Object.entries(texts).filter(([key]) => !paid.some((node) => key === keyOf(cluster, node)));
    for (const debt of debts) {
      const key = keyOf(cluster, debt.node);
      const before = texts[key] === undefined ? undefined : parse(key, texts[key]);
      const machineId = before?.machineId ?? record?.machineIds?.[debt.node];
      const entry: OwedHost = {
        ...debt,
        disks: [...new Set([...(before?.disks ?? []), ...debt.disks])].toSorted(),
        since: before?.since ?? now,
        ...(machineId === undefined ? {} : { machineId }),
      };
      next.push([key, JSON.stringify(entry)]);
    }
    return Object.fromEntries(next);
  });
}

/** Called when nothing of the cluster is left anywhere. Idempotent. */
export const forgetOwed = (kubernetes: OwedStore, cluster: string): Promise<{ already: boolean }> =>
  change(kubernetes, (texts) => Object.fromEntries(Object.entries(texts).filter(([key]) => !isOf(cluster, key))));

async function change(
  kubernetes: OwedStore,
  next: (texts: Record<string, string>) => Record<string, string>,
): Promise<{ already: boolean }> {
  let already = true;
  await kubernetes.updateWithRetry(OWED, (current) => {
    const before = textsOf(current);
    const data = next(before);
    const keys = Object.keys(data);
    already = keys.length === Object.keys(before).length && keys.every((key) => data[key] === before[key]);
    return already ? undefined : { ...(current ?? EMPTY), data };
  });
  return { already };
}

const EMPTY: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: OWED_NAME, namespace: SYSTEM_NAMESPACE },
};

const textsOf = (object: KubernetesObject | undefined): Record<string, string> =>
  (object?.['data'] as Record<string, string> | undefined) ?? {};

function parse(key: string, text: string): OwedHost {
  try {
    return ENTRY.parse(JSON.parse(text));
  } catch (cause) {
    throw failure(
      'INVALID_DOCUMENT',
      `Key "${key}" of ConfigMap ${OWED_NAME} in namespace ${SYSTEM_NAMESPACE} cannot be read: ${String(cause)}`,
      { cause },
    );
  }
}
