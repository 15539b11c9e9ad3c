import type { Finding } from '../contract/finding.ts';
import type { BootstrapObservation } from './bootstrap-plan.ts';
import type { KnownOsd } from './disk-owner.ts';
import { completeOsds } from './mon-stores.ts';

/**
 * OSDs of the cluster as its map has them; while no mon answers, as the map had them when the cluster was stopped with its data kept. Before
 * an OSD starts its disk is compared with the map itself, so what has changed since stops there.
 */
export function knownOsds({ ceph, fsid, remembered }: BootstrapObservation): KnownOsd[] {
  if (ceph.reachable) return ceph.osds.map(({ id, uuid, host }) => ({ osdId: id, osdUuid: uuid, node: host ?? '' }));
  if (!fsid.exists || remembered?.fsid !== fsid.value) return [];
  return Object.entries(remembered.keptOsds ?? {}).map(([id, osdUuid]) => ({ osdId: Number(id), osdUuid, node: '' }));
}

/**
 * A stopped cluster that would be taken up with another Ceph version than it was left with. A store that a newer Ceph opened can never
 * go back, and skipped versions are not converted, so nobody may do that in passing. While daemons serve, they tell (OTHER_IMAGE_RUNS).
 */
export function otherVersionKept(seen: BootstrapObservation, cephVersion: string): Finding[] {
  const { ceph, fsid, remembered, daemons } = seen;
  const left = remembered?.cephVersion ?? '';
  if (ceph.reachable || !fsid.exists || remembered?.fsid !== fsid.value || daemons.some(({ serves }) => serves))
    return [];
  if (left === '' || cephVersion === '' || left === cephVersion || completeOsds(seen) === 0) return [];
  return [
    {
      code: 'OTHER_VERSION_KEPT',
      severity: 'blocking',
      because: `The cluster was left with Ceph ${left}, but the document's image has Ceph ${cephVersion}.`,
      remedy: `Set cephVersion.image back to one with Ceph ${left} and send retry; the version is changed while the cluster serves.`,
      target: 'cephVersion.image',
    },
  ];
}
