import type { RememberKeptInput } from '../../src/contract/teardown-activities.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { readClusterRecord, writeClusterRecord } from '../operations/cluster-record.ts';

/**
 * Remembers which OSDs the cluster has, because the bootstrap that takes it up again plans before a mon can tell. A repeat says the same.
 * Where nothing is remembered of this cluster, nothing is added: its OSDs are then known by their disks alone.
 */
export async function rememberKept(
  kubernetes: Pick<Kubernetes, 'read' | 'updateWithRetry'>,
  { cluster, fsid, osds }: RememberKeptInput,
): Promise<{ already: boolean }> {
  const record = await readClusterRecord(kubernetes, cluster);
  if (record === null || record.fsid !== fsid) return { already: true };
  const updatedAt = new Date().toISOString();
  return writeClusterRecord(kubernetes, cluster, { ...record, keptOsds: osds, updatedAt });
}
