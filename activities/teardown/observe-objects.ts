import { fsidOf } from '../../src/ceph/cluster-store.ts';
import type { ClusterObjects } from '../../src/domain/teardown-observation.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { hasOurFinalizer, listClusterObjects, listDocuments, listWorkloads, nameOf } from './cluster-objects.ts';
import { listClusterVolumes } from './cluster-volumes.ts';

type Reader = Pick<Kubernetes, 'read' | 'list'>;

/** What the API server has of a cluster, also where half of it, or its document, is gone. Changes nothing. */
export async function observeObjects(kubernetes: Reader, cluster: string): Promise<ClusterObjects> {
  const [workloads, objects, documents, volumes, operator, fsid] = await Promise.all([
    listWorkloads(kubernetes, cluster),
    listClusterObjects(kubernetes, cluster),
    listDocuments(kubernetes, cluster),
    listClusterVolumes(kubernetes, cluster),
    kubernetes.read({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: cluster, name: 'rook-ceph-operator' }),
    readFsid(kubernetes, cluster),
  ]);
  const endpoints = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === NAMES.monEndpoints);
  return {
    fsid,
    workloads: workloads.map(nameOf),
    others: [...objects, ...documents.filter(hasOurFinalizer)].map(nameOf),
    placedMons: endpoints === undefined ? [] : placedMons(endpoints),
    volumes,
    rookOperator: replicasOf(operator) > 0 ? 'runs' : 'absent',
  };
}

/** Fsid in the identity Secret; `null` where there is none. */
export const readFsid = async (kubernetes: Pick<Kubernetes, 'read'>, cluster: string): Promise<string | null> =>
  fsidOf(await kubernetes.read({ apiVersion: 'v1', kind: 'Secret', namespace: cluster, name: NAMES.mon }));

/** An unreadable mapping names no host: then only stores that say themselves whose they are get removed. */
function placedMons({ data }: KubernetesObject): ClusterObjects['placedMons'] {
  const { mapping = '{}' } = (data ?? {}) as { mapping?: string };
  try {
    const { node = {} } = JSON.parse(mapping) as { node?: Record<string, { Name?: string } | null> };
    return Object.entries(node).flatMap(([mon, place]) =>
      place?.Name === undefined ? [] : [{ mon, node: place.Name }],
    );
  } catch {
    return [];
  }
}

const replicasOf = (deployment: KubernetesObject | undefined): number =>
  deployment === undefined ? 0 : ((deployment['spec'] as { replicas?: number } | undefined)?.replicas ?? 1);
