import type { ClusterState, OsdState } from '../contract/ceph-activities.ts';
import type { ClusterLayout } from '../contract/cluster-layout.ts';
import type { ApprovedDisk } from '../contract/disk.ts';
import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';
import type { RemovedDisk } from '../contract/osd-activities.ts';
import type { PlanStep } from '../contract/plan.ts';
import type { GoingOsd, RemoveDiskPlan } from '../contract/remove-disk.ts';
import { gib } from './gib.ts';
import { hashPlan } from './plan-hash.ts';
import { asking, harmless, step, when } from './plan-steps.ts';
import { mayTakeAway } from './redundancy.ts';

const OPERATION = 'remove-disk';

export interface ObservedRemoval {
  cluster: string;
  /** From the identity Secret; `null` where there is none. */
  fsid: string | null;
  dataDir: string;
  hosts: HostFacts[];
  ceph: ClusterState;
  layout: ClusterLayout | null;
  /** OSDs that have a Deployment. */
  deployments: { id: number; uuid: string; node: string | null }[];
  /** What earlier removals wrote down. */
  removed: RemovedDisk[];
  osd: number;
  wipe: boolean;
}

/**
 * How one OSD goes for good. What an earlier run did already is left out: an OSD that is out of the map has its disk and directory left.
 * A disk is a target only by the uuid in its label. Pure.
 */
export function planRemoveDisk(seen: ObservedRemoval): RemoveDiskPlan {
  const { cluster, fsid, ceph, osd: id } = seen;
  const inMap = ceph.reachable ? ceph.osds.find((osd) => osd.id === id) : undefined;
  const uuid = inMap?.uuid ?? seen.removed.find(({ osdId }) => osdId === id)?.osdUuid ?? '';
  const osd = goingOsd(seen, { id, uuid, inMap });
  const steps = uuid === '' || fsid === null ? [] : stepsOf(seen, osd, inMap);
  const findings = [
    ...clusterFindings(seen),
    ...(uuid === '' && ceph.reachable ? [notFound(id, ceph.osds)] : []),
    ...(inMap !== undefined && seen.layout !== null ? mayTakeAway(seen.layout, [id]).findings : []),
    ...diskFindings(seen, osd),
  ];
  return {
    operation: OPERATION,
    cluster,
    hash: hashPlan({ operation: OPERATION, cluster, steps, findings, goingFsid: fsid }),
    summary: summarise(seen, osd, steps),
    steps,
    findings,
    fsid: fsid ?? '',
    dataDir: seen.dataDir,
    nodes: seen.hosts.map(({ node }) => node).toSorted(),
    osd,
  };
}

interface Named {
  id: number;
  uuid: string;
  inMap: OsdState | undefined;
}

export function goingOsd({ hosts, deployments, fsid }: ObservedRemoval, { id, uuid, inMap }: Named): GoingOsd {
  const carriers = hosts.flatMap(({ node, disks }) =>
    disks
      .filter(({ labels }) => labels.some((label) => label.osdUuid === uuid && label.cephFsid === fsid))
      .map((disk) => ({ node, disk })),
  );
  const [carrier] = carriers;
  const only = carriers.length === 1 ? carrier : undefined;
  const disk: ApprovedDisk | null =
    only === undefined || only.disk.id === null
      ? null
      : { node: only.node, path: only.disk.path, id: only.disk.id, sizeBytes: only.disk.sizeBytes };
  const node = carrier?.node ?? deployments.find((one) => one.uuid === uuid)?.node ?? null;
  return { id, uuid, bucket: inMap?.host ?? null, node, disk };
}

function stepsOf(seen: ObservedRemoval, osd: GoingOsd, inMap: OsdState | undefined): PlanStep[] {
  const target = `osd.${osd.id}:${osd.uuid}`;
  const deployed = seen.deployments.some(({ uuid }) => uuid === osd.uuid);
  const known = seen.removed.some(({ osdUuid }) => osdUuid === osd.uuid);
  const changes = [
    ...when(inMap !== undefined, [
      harmless(
        'drain-osd',
        [target],
        `move the data of osd.${osd.id} to the other OSDs while it serves, and wait until Ceph calls it safe to destroy`,
      ),
    ]),
    ...when(deployed, [stopStep(osd)]),
    ...when(!known, [rememberStep(osd)]),
    ...when(inMap !== undefined, [
      asking(
        step(
          'purge-osd',
          [target],
          `take osd.${osd.id} out of OSD map, CRUSH map and key list for good, by Ceph's own check`,
          'destroys-data',
        ),
      ),
    ]),
    ...cleanSteps(seen, osd),
  ];
  if (changes.length === 0) return [];
  return [
    ...changes,
    harmless('verify', [target], 'prove that Ceph knows it no more and that every PG is active and clean'),
    harmless('report-status', ['document'], "write the outcome to the document's status"),
  ];
}

export const stopStep = ({ id, uuid }: Pick<GoingOsd, 'id' | 'uuid'>): PlanStep =>
  step('stop-osd', [`osd.${id}:${uuid}`], `stop osd.${id} and prove that its pod is gone`, 'reduces-redundancy');

export const rememberStep = ({ id, uuid, disk }: Pick<GoingOsd, 'id' | 'uuid' | 'disk'>): PlanStep =>
  harmless(
    'remember-removed',
    disk === null ? [`osd.${id}:${uuid}`] : [`osd.${id}:${uuid}`, `${disk.node}:${disk.id}`],
    'write down that its disk was removed, so that nothing takes it again by itself',
  );

/** What an OSD that is gone leaves on its host, as far as it is there and asked for: what workflows/clean-osd.ts does. */
export function cleanSteps(
  { hosts, wipe }: Pick<ObservedRemoval, 'hosts' | 'wipe'>,
  { id, uuid, node, disk }: Pick<GoingOsd, 'id' | 'uuid' | 'node' | 'disk'>,
): PlanStep[] {
  const target = `osd.${id}:${uuid}`;
  const directory = hosts.some(({ leftovers }) =>
    leftovers.some(({ kind, name }) => kind === 'osd-directory' && name === uuid),
  );
  return [
    ...when(directory, [harmless('remove-directory', [target, node ?? ''], `remove its directory on ${node}`)]),
    ...when(wipe && disk !== null, [
      asking(
        step(
          'wipe-disk',
          [`${disk?.node}:${disk?.id}`, target],
          `wipe ${disk?.path} (${disk?.id}) of ${disk?.node} and read back`,
          'destroys-data',
        ),
      ),
    ]),
  ];
}

/** Whether the cluster serves so that an OSD may go. */
export function clusterFindings({ cluster, fsid, ceph, layout }: ObservedRemoval): Finding[] {
  if (fsid === null)
    return [
      blocking({
        code: 'CLUSTER_NOT_MADE',
        because: `There is no cluster in ${cluster}: it has no identity.`,
        remedy: 'Name the namespace of a cluster.',
        target: cluster,
      }),
    ];
  if (!ceph.reachable) return [notServing(cluster, ceph.reason)];
  const lacking = ceph.mons.all.filter((mon) => !ceph.mons.quorum.includes(mon));
  return [
    ...(ceph.fsid === fsid
      ? []
      : [
          blocking({
            code: 'IDENTITY_CONFLICT',
            because: `The cluster that answers has fsid ${ceph.fsid}, but the identity of ${cluster} says ${fsid}.`,
            remedy: 'Find out which cluster that is before anything else is done.',
            target: ceph.fsid,
          }),
        ]),
    ...(lacking.length === 0 ? [] : [notServing(cluster, `mon.${lacking.join(', mon.')} is not in quorum`)]),
    ...(ceph.mgr.available ? [] : [notServing(cluster, 'no mgr is active')]),
    ...(layout === null ? [notServing(cluster, 'Ceph did not tell where its data lies')] : []),
  ];
}

const notServing = (cluster: string, because: string): Finding =>
  blocking({
    code: 'CLUSTER_NOT_SERVING',
    because: `No disk can be taken away from ${cluster} now: ${because}.`,
    remedy: 'Cure that first, then send retry.',
    target: cluster,
  });

export const notFound = (id: number, osds: OsdState[]): Finding =>
  blocking({
    code: 'OSD_NOT_FOUND',
    because: `The cluster has no osd.${id}; it has ${osds.map((osd) => `osd.${osd.id}`).join(', ') || 'none'}, and none of that id was removed before.`,
    remedy: 'Start it again with the id of an OSD.',
    target: `osd.${id}`,
  });

export function diskFindings({ hosts, fsid, wipe }: ObservedRemoval, { id, uuid, disk }: GoingOsd): Finding[] {
  if (uuid === '') return [];
  const carriers = hosts.flatMap(({ node, disks }) =>
    disks.filter(({ labels }) => labels.some((label) => label.osdUuid === uuid)).map((one) => ({ node, one })),
  );
  const foreign = carriers.filter(({ one }) =>
    one.labels.some((label) => label.cephFsid !== null && label.cephFsid !== fsid),
  );
  if (foreign.length > 0 || carriers.length > 1)
    return [
      blocking({
        code: 'DISK_NOT_OURS',
        because: `The label of osd.${id} (${uuid}) is on ${carriers.map(({ node, one }) => `${node}:${one.path}`).join(' and ')}, ${foreign.length > 0 ? 'beside that of another cluster' : 'so it is not known which of them is its disk'}.`,
        remedy: 'Find out by hand which disk it is.',
        target: `osd.${id}`,
      }),
    ];
  if (disk !== null || !wipe) return [];
  return [
    {
      code: 'DISK_NOT_SEEN',
      severity: 'warning',
      because: `The disk of osd.${id} was seen on no host that answered, so it is not wiped.`,
      remedy: 'Wipe or destroy it by hand if it is to leave the house.',
      target: `osd.${id}`,
    },
  ];
}

const blocking = (finding: Omit<Finding, 'severity'>): Finding => ({ ...finding, severity: 'blocking' });

function summarise({ layout, wipe }: ObservedRemoval, { id, node, disk }: GoingOsd, steps: PlanStep[]): string {
  if (steps.length === 0) return `There is nothing of osd.${id} to remove.`;
  const used = layout?.osds.find((osd) => osd.id === id)?.usedBytes ?? 0;
  const moves = steps.some((one) => one.id === 'drain-osd') ? `moves ${gib(used)} to other OSDs, then ` : '';
  const then = wipe && disk !== null ? `, and wipes ${disk.path} (${disk.id})` : ', and leaves its disk as it is';
  return `Removes osd.${id} of ${node ?? 'an unknown host'}: ${moves}takes it out of the cluster for good${then}.`;
}
