/** The ConfigMap `cephflow-owed` beside the ops worker: what teardowns could not take away, one key per cluster, fsid and host. */
import { z } from 'zod';
import { SYSTEM_NAMESPACE } from '../../src/contract/names.ts';
import type { Debt, DebtKey, OwedHost, RememberOwedInput } from '../../src/contract/owed.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';

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

/** Neither a namespace nor an fsid has a dot in it, so that the first two end them. */
const keyOf = (cluster: string, { node, fsid }: DebtKey): string => `${cluster}.${fsid ?? 'unknown'}.${node}`;

const isOf = (cluster: string, key: string): boolean => key.startsWith(`${cluster}.`);

/** Fails on an entry that cannot be read: taken for none, its disks would count as nobody's. */
export async function readOwedHosts(kubernetes: Pick<OwedStore, 'read'>, cluster: string): Promise<OwedHost[]> {
  const entries = Object.entries(textsOf(await kubernetes.read(OWED))).filter(([key]) => isOf(cluster, key));
  return entries.map(([key, text]) => parse(key, text)).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ node, fsid }: DebtKey): string => `${node} ${fsid ?? ''}`;

/**
 * Writes what is owed and takes out the entries that are named as paid. A repeat changes nothing: since when a host owes, which machine
 * does, and every disk that was ever known stay as they were.
 */
export async function rememberOwed(
  kubernetes: OwedStore,
  { cluster, debts, paid }: RememberOwedInput,
): Promise<{ already: boolean }> {
  const now = new Date().toISOString();
  return change(kubernetes, (texts) => {
    const gone = new Set(paid.map((key) => keyOf(cluster, key)));
    const next = new Map(Object.entries(texts).filter(([key]) => !gone.has(key)));
    for (const debt of debts) {
      const key = keyOf(cluster, debt);
      const text = next.get(key);
      next.set(key, JSON.stringify(entryOf(debt, text === undefined ? undefined : parse(key, text), now)));
    }
    return Object.fromEntries(next);
  });
}

function entryOf(debt: Debt, before: OwedHost | undefined, now: string): OwedHost {
  const { node, fsid, reason } = debt;
  const machineId = before?.machineId ?? debt.machineId;
  return {
    node,
    fsid,
    dataDir: before?.dataDir ?? debt.dataDir,
    disks: [...new Set([...(before?.disks ?? []), ...debt.disks])].toSorted(),
    reason,
    since: before?.since ?? now,
    ...(machineId === undefined ? {} : { machineId }),
  };
}

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
