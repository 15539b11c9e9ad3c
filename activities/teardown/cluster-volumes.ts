import type { ClusterVolume } from '../../src/domain/teardown-observation.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';

interface VolumeSpec {
  capacity?: { storage?: string };
  claimRef?: { namespace?: string; name?: string };
  csi?: { driver?: string; volumeAttributes?: Record<string, string> };
}

/** PersistentVolumes of the whole Kubernetes cluster that lie on this Ceph cluster, claimed or not: a released one holds data as well. */
export async function listClusterVolumes(
  kubernetes: Pick<Kubernetes, 'list'>,
  cluster: string,
): Promise<ClusterVolume[]> {
  const all = await kubernetes.list({ apiVersion: 'v1', kind: 'PersistentVolume' });
  return all.filter((volume) => liesOn(volume, cluster)).map(describe);
}

/** By Rook's driver names, which start with the namespace, or by the cluster that the StorageClass named (`clusterID`). */
function liesOn(volume: KubernetesObject, cluster: string): boolean {
  const { csi } = (volume['spec'] ?? {}) as VolumeSpec;
  if (csi === undefined) return false;
  const drivers = [`${cluster}.rbd.csi.ceph.com`, `${cluster}.cephfs.csi.ceph.com`];
  return drivers.includes(csi.driver ?? '') || csi.volumeAttributes?.['clusterID'] === cluster;
}

function describe(volume: KubernetesObject): ClusterVolume {
  const { capacity, claimRef } = (volume['spec'] ?? {}) as VolumeSpec;
  const { phase = 'unknown phase' } = (volume['status'] ?? {}) as { phase?: string };
  return {
    name: volume.metadata.name,
    phase,
    claim: claimRef?.name === undefined ? null : `${claimRef.namespace ?? ''}/${claimRef.name}`,
    sizeText: capacity?.storage ?? 'unknown size',
  };
}
