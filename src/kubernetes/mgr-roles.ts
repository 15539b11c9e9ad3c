import { MGRMAP_EPOCH } from '../contract/names.ts';
import { rolesToChange, type MgrClaim, type MgrPod, type RoleChange } from '../domain/mgr-roles.ts';
import { daemonsOf, MGR_ROLE } from '../manifests/labels.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import type { Kubernetes } from './kubernetes.ts';
import { podView } from './pod-view.ts';

/** Labels that would have to change for the claim to be told. Reads only. */
export async function readRolesToChange(
  kubernetes: Pick<Kubernetes, 'list'>,
  cluster: string,
  claim: MgrClaim,
): Promise<RoleChange[]> {
  const pods = await kubernetes.list({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: cluster,
    labelSelector: daemonsOf(cluster, 'mgr'),
  });
  return rolesToChange(pods.filter(isAlive).map(mgrPodOf), claim);
}

/**
 * Puts `mgr_role` on the mgrs' pods. Harmless to repeat. The epoch is kept beside the label, for whoever claims it next; a claim of
 * the mons leaves none, because it is newer than what any mgr says of itself.
 */
export async function labelMgrs(
  kubernetes: Pick<Kubernetes, 'patchMetadata'>,
  cluster: string,
  changes: RoleChange[],
): Promise<void> {
  for (const { pod, role, epoch } of changes)
    await kubernetes.patchMetadata(
      { apiVersion: 'v1', kind: 'Pod', namespace: cluster, name: pod },
      { labels: { [MGR_ROLE]: role }, annotations: { [MGRMAP_EPOCH]: epoch === undefined ? null : String(epoch) } },
    );
}

/** A pod that is ending serves nobody, and its successor may already be there under the same id. */
const isAlive = ({ metadata }: KubernetesObject): boolean => metadata.deletionTimestamp === undefined;

function mgrPodOf(pod: KubernetesObject): MgrPod {
  const { metadata } = pod;
  const epoch = Number(metadata.annotations?.[MGRMAP_EPOCH]);
  return {
    name: metadata.name,
    mgr: metadata.labels?.['ceph_daemon_id'] ?? '',
    node: podView(pod).spec?.nodeName,
    role: metadata.labels?.[MGR_ROLE],
    epoch: Number.isSafeInteger(epoch) && epoch > 0 ? epoch : null,
  };
}
