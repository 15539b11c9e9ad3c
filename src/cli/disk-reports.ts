import { z } from 'zod';
import { DISK_REASONS, type DiskRow } from '../contract/disk.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';

const PREFIX = 'local-device-';

const diskRow = z.looseObject({
  node: z.string(),
  path: z.string(),
  id: z.string().nullable(),
  sizeBytes: z.number(),
  rotational: z.boolean(),
  verdict: z.enum(['eligible', 'in-use', 'rejected', 'not-selected']),
  reasons: z.array(z.enum(DISK_REASONS)),
  evidence: z.array(z.string()),
  remedy: z.string(),
}) satisfies z.ZodType<DiskRow>;

/** What one node's agent saw last, as kept in the ConfigMap `local-device-<node>`. */
export interface DiskReport {
  namespace: string;
  node: string;
  /** ISO 8601; empty where the ConfigMap does not say. */
  observedAt: string;
  rows: DiskRow[];
}

/** Label of the ConfigMaps that agents write, so that not every ConfigMap of every namespace is fetched. */
export const DISK_REPORT_SELECTOR = 'app=cephflow-devices';

/** The reports among ConfigMaps, by namespace and node. A node that was looked at but not judged yet has no rows. */
export function diskReports(configMaps: readonly KubernetesObject[]): DiskReport[] {
  return configMaps
    .filter(({ metadata }) => metadata.name.startsWith(PREFIX))
    .map(reportOf)
    .toSorted((a, b) => compare(`${a.namespace}/${a.node}`, `${b.namespace}/${b.node}`));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function reportOf(configMap: KubernetesObject): DiskReport {
  const { name, namespace = '' } = configMap.metadata;
  const {
    devices = '[]',
    observedAt: lookedAt = '',
    noticedAt = '',
  } = (configMap as { data?: Record<string, string> }).data ?? {};
  const observedAt = noticedAt > lookedAt ? noticedAt : lookedAt;
  return { namespace, node: name.slice(PREFIX.length), observedAt, rows: rowsOf(devices, `${namespace}/${name}`) };
}

function rowsOf(text: string, where: string): DiskRow[] {
  try {
    return z.array(diskRow).parse(JSON.parse(text));
  } catch (cause) {
    throw new CommandError(
      EXIT.failed,
      `The ConfigMap ${where} does not hold a table of disks; delete it, the next operation that observes the node writes it again.`,
      { cause },
    );
  }
}
