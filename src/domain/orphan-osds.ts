import type { PlannedOsd } from '../contract/bootstrap.ts';
import type { ClusterState } from '../contract/ceph-activities.ts';
import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';
import type { DeployedDaemon } from './other-images.ts';

/**
 * Ids that the OSD map gave out and nobody uses: never up, in no CRUSH bucket, without Deployment, without a disk that carries their
 * label, and not about to be made. They stay behind where the making of an OSD ended between its id and its disk; Ceph's health is silent
 * about them. An OSD that served has a place in CRUSH, so one whose host is away is never among them.
 */
export function orphanOsds(
  ceph: ClusterState,
  facts: HostFacts[],
  planned: PlannedOsd[],
  daemons: DeployedDaemon[],
): Finding[] {
  if (!ceph.reachable) return [];
  const labelled = new Set(
    facts.flatMap(({ disks }) => disks.flatMap(({ labels }) => labels.map((label) => label.osdUuid))),
  );
  const orphans = ceph.osds.filter(
    ({ id, uuid, up, location }) =>
      !up &&
      location.length === 0 &&
      !labelled.has(uuid) &&
      !planned.some(({ osdUuid }) => osdUuid === uuid) &&
      !daemons.some(({ name }) => name === `osd.${id}`),
  );
  if (orphans.length === 0) return [];
  const names = orphans.map(({ id }) => `osd.${id}`).join(', ');
  const commands = orphans.map(({ id }) => `ceph osd purge-new ${id} --yes-i-really-mean-it`).join('; ');
  return [
    {
      code: 'ORPHAN_OSD_ID',
      severity: 'warning',
      because: `The OSD map has ${names}, but there is neither a disk with its label nor a Deployment, and it has no place in CRUSH: its making was not ended.`,
      remedy: `Where no disk of it is on a host that did not answer, run in the toolbox: ${commands} (Ceph refuses it for an OSD that ever served).`,
      target: names,
    },
  ];
}
