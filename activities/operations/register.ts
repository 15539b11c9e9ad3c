/** The ConfigMap `cephflow-operations` of a cluster's namespace: one key per operation that holds the cluster. */
import { z } from 'zod';
import type { Holder } from '../../src/contract/exclusion.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';

export const REGISTER_NAME = 'cephflow-operations';

/** Longest part of a key that comes from the workflow id; the run id, which makes it unique, always fits behind it. */
const LONGEST_NAME_PART = 180;

const HOLDER = z.object({
  operation: z.string(),
  target: z.string(),
  workflowId: z.string(),
  runId: z.string(),
  since: z.string(),
  awaiting: z.enum(['none', 'approval', 'operator', 'host', 'operation']),
  yields: z.literal(true).optional(),
  node: z.string().optional(),
});

export const registerRef = (cluster: string): ObjectRef => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: cluster,
  name: REGISTER_NAME,
});

/** Key of one run: only characters that a ConfigMap takes. */
export const keyOf = ({ workflowId, runId }: { workflowId: string; runId: string }): string =>
  `${workflowId.replaceAll(/[^-._a-zA-Z0-9]/g, '_').slice(0, LONGEST_NAME_PART)}.${runId}`;

export interface Entry {
  key: string;
  /** `null` where somebody made it unreadable: it holds all the same. */
  holder: Holder | null;
}

export const entriesOf = (register: KubernetesObject): Entry[] =>
  Object.entries(textsOf(register)).map(([key, text]) => ({ key, holder: parseEntry(text) }));

/** Whether any operation holds the cluster that does not let others in. */
export const isAnyAtWork = (register: KubernetesObject | undefined): boolean =>
  register !== undefined && entriesOf(register).some(({ holder }) => holder?.yields !== true);

/** Hosts on which an operation waits for a disk: it looks at that disk by itself. */
export const hostsAtHands = (register: KubernetesObject | undefined): string[] =>
  (register === undefined ? [] : entriesOf(register)).flatMap(({ holder }) => holder?.node ?? []);

export const textsOf = (register: KubernetesObject | undefined): Record<string, string> =>
  (register?.['data'] as Record<string, string> | undefined) ?? {};

/** The register with exactly these entries, at the version that was read. */
export const withTexts = (
  cluster: string,
  register: KubernetesObject | undefined,
  data: Record<string, string>,
): KubernetesObject => ({
  ...(register ?? { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: REGISTER_NAME, namespace: cluster } }),
  data,
});

/** Command that a person runs to break a hold. */
export const breakCommand = (cluster: string, key: string): string =>
  `kubectl -n ${cluster} patch configmap ${REGISTER_NAME} --type=json -p '[{"op":"remove","path":"/data/${key}"}]'`;

/** `null` where there is none, or nobody can read it. */
export function parseEntry(text: string | undefined): Holder | null {
  try {
    return HOLDER.parse(JSON.parse(text ?? ''));
  } catch {
    return null;
  }
}
