import { CLUSTER_RECORDS, SYSTEM_NAMESPACE } from '../contract/names.ts';
import type { CommandContext } from './context.ts';

/** Clusters that have a document, and those that are only remembered because their document is gone. */
export async function clusterNames(context: CommandContext): Promise<string[]> {
  const kubernetes = await context.kubernetes();
  const [documents, configMaps] = await Promise.all([
    kubernetes.list({ apiVersion: 'ceph.rook.io/v1', kind: 'CephCluster' }),
    kubernetes.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: SYSTEM_NAMESPACE }),
  ]);
  const records = configMaps.find(({ metadata }) => metadata.name === CLUSTER_RECORDS)?.['data'] ?? {};
  const names = [...documents.map(({ metadata }) => metadata.namespace ?? ''), ...Object.keys(records)];
  return [...new Set(names)].filter((name) => name !== '').toSorted();
}
