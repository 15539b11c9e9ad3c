import type { OsdState } from '../contract/ceph-activities.ts';
import { TIB_BYTES, type DiskFacts } from '../contract/disk.ts';
import type { Finding } from '../contract/finding.ts';
import type { PlanStep } from '../contract/plan.ts';
import type { ReplaceDiskPlan } from '../contract/replace-disk.ts';
import { begunDisk, formerIdOf, formerUuids } from './former-disks.ts';
import { forceDestroyStep, forcedFindings } from './forced-destroy.ts';
import { hashPlan } from './plan-hash.ts';
import { asking, harmless, step, when } from './plan-steps.ts';
import {
  cleanSteps,
  clusterFindings,
  diskFindings,
  goingOsd,
  notFound,
  rememberStep,
  stopStep,
  type ObservedRemoval,
} from './remove-disk-plan.ts';
import { mayTakeAway } from './redundancy.ts';

const OPERATION = 'replace-disk';

export interface ObservedReplacement extends Omit<ObservedRemoval, 'osd'> {
  /** Either of them. */
  osd?: number | undefined;
  device?: string | undefined;
  /** Host of each CRUSH bucket: an OSD that was destroyed has no label and no Deployment any more. */
  hostOfBucket: Record<string, string>;
}

/**
 * How one OSD is emptied and its id kept for the next disk. A dead one that can never become safe to destroy, because too few failure domains
 * are left, is to be destroyed by force. One that an earlier run destroyed already has only the new disk left to come. Pure.
 */
export function planReplaceDisk(seen: ObservedReplacement): ReplaceDiskPlan {
  const { cluster, fsid, ceph, layout } = seen;
  const id = idOf(seen);
  const inMap = ceph.reachable ? ceph.osds.find((osd) => osd.id === id) : undefined;
  const removal = { ...seen, osd: id };
  const begun = inMap === undefined ? undefined : begunDisk(seen, inMap);
  // Emptied and destroyed by an earlier run: only the new disk is left to come, or to be gone on with.
  const isWaiting = inMap?.destroyed === true || begun !== undefined;
  const former = inMap?.destroyed === true && ceph.reachable ? formerUuids({ ...seen, osds: ceph.osds }, id) : [];
  // Ceph knows no uuid of an OSD that it destroyed; the label of one disk may.
  const uuid = inMap?.destroyed === true ? (former.length === 1 ? former[0] : undefined) : inMap?.uuid;
  const going = goingOsd(removal, { id, uuid: uuid ?? '', inMap });
  const place = seen.hostOfBucket[inMap?.host ?? ''];
  // The disk of one that was destroyed may be anywhere by now; its new disk is waited for in its place.
  const node = begun?.node ?? (inMap?.destroyed === true ? (place ?? going.node) : (going.node ?? place)) ?? '';
  const osd = { ...going, node };
  const judged = inMap === undefined || isWaiting || layout === null ? null : layout;
  const forced = judged === null || inMap?.up !== false ? undefined : forcedFindings(judged, id);
  const plan = { ...removal, forced: forced !== undefined, isWaiting };
  const wasRemoved = (disk: DiskFacts): boolean =>
    seen.removed.some((one) => one.node === node && one.disk !== null && one.disk === disk.id);
  const steps = inMap === undefined || fsid === null || node === '' ? [] : stepsOf(plan, osd, inMap);
  const findings = [
    ...clusterFindings(removal),
    ...(inMap === undefined && ceph.reachable ? [nothingToReplace(seen, id, ceph.osds)] : []),
    ...(seen.wipe && former.length > 1 ? [severalDisks(id, former)] : []),
    ...(inMap !== undefined && node === '' ? [noHost(id)] : []),
    ...(judged === null ? [] : (forced ?? mayTakeAway(judged, [id]).findings)),
    ...(former.length > 1 ? [] : diskFindings(removal, osd)),
  ];
  return {
    operation: OPERATION,
    cluster,
    hash: hashPlan({ operation: OPERATION, cluster, steps, findings, goingFsid: fsid }),
    summary: summarise({ osd, inMap, begun: begun?.disk, steps }),
    steps,
    findings,
    fsid: fsid ?? '',
    dataDir: seen.dataDir,
    nodes: seen.hosts.map((host) => host.node).toSorted(),
    osd,
    oldBytes: oldBytes(removal),
    disks: seen.hosts
      .filter((host) => host.node === node)
      // An earlier run was ended after the new disk was put in: it is not to be put in once more. A disk that was wiped there is not the new one.
      .flatMap(({ disks }) => disks.filter((disk) => !(isWaiting && isBlank(disk)) || wasRemoved(disk)))
      .filter((disk) => disk !== begun?.disk)
      .flatMap((disk) => disk.id ?? []),
  };
}

const isBlank = ({
  signatures,
  labels,
  partitions,
  holders,
  mounts,
  exclusiveOpenError,
  readError,
}: DiskFacts): boolean =>
  [signatures, labels, partitions, holders, mounts].every((found) => found.length === 0) &&
  exclusiveOpenError === null &&
  readError === null;

/** Also of an OSD that was destroyed: its place in the CRUSH map keeps its weight. */
function oldBytes({ layout, osd }: ObservedRemoval): number | null {
  const weight = layout?.osds.find(({ id }) => id === osd)?.crushWeight ?? 0;
  return weight === 0 ? null : Math.round(weight * TIB_BYTES);
}

const NOBODY = -1;

function idOf({ osd, device, hosts, ceph, fsid, removed }: ObservedReplacement): number {
  if (osd !== undefined) return osd;
  const disk = hosts.flatMap(({ disks }) => disks).find(({ id }) => id === device);
  if (disk === undefined || !ceph.reachable) return NOBODY;
  const uuids = disk.labels.map((label) => label.osdUuid);
  return (
    ceph.osds.find(({ uuid }) => uuids.includes(uuid))?.id ??
    formerIdOf(disk, { fsid, removed, osds: ceph.osds }) ??
    NOBODY
  );
}

function nothingToReplace({ osd, device }: ObservedReplacement, id: number, osds: OsdState[]): Finding {
  if (osd !== undefined) return notFound(id, osds);
  return {
    code: 'OSD_NOT_FOUND',
    severity: 'blocking',
    because: `No disk that was seen has the identity ${device} and carries an OSD of this cluster.`,
    remedy: 'Start it again with the id of an OSD, or with an identity as "cephflow devices" shows it.',
    target: device ?? '',
  };
}

const severalDisks = (id: number, uuids: string[]): Finding => ({
  code: 'DISK_NOT_KNOWN',
  severity: 'warning',
  because: `osd.${id} is destroyed, and disks with ${uuids.length} different uuids (${uuids.join(', ')}) carry its id, so none of them is wiped.`,
  remedy: 'Find out by hand which disk is to be wiped.',
  target: `osd.${id}`,
});

const noHost = (id: number): Finding => ({
  code: 'OSD_HOST_UNKNOWN',
  severity: 'blocking',
  because: `Neither a disk nor a Deployment nor its place in the CRUSH map tells on which host osd.${id} is.`,
  remedy: 'Remove it with remove-disk, and add the new disk with add-disk.',
  target: `osd.${id}`,
});

function stepsOf(
  seen: ObservedRemoval & { forced: boolean; isWaiting: boolean },
  osd: ReplaceDiskPlan['osd'],
  inMap: OsdState,
): PlanStep[] {
  const { id, uuid, node } = osd;
  const { forced, isWaiting } = seen;
  const target = `osd.${id}:${uuid}`;
  const deployed = seen.deployments.some((one) => one.id === id);
  const emptied = !isWaiting && !forced;
  // One that was destroyed before is cleaned by what its label tells.
  const cleaning = uuid === '' || (isWaiting && inMap.destroyed !== true) ? [] : cleanSteps(seen, osd);
  const remembered = seen.removed.some(({ osdUuid }) => osdUuid === uuid);
  const drains = inMap.up ? 'moves while it serves' : 'is restored from the other copies';
  return [
    ...when(emptied, [
      harmless('out-osd', [target], `take osd.${id} out: its data ${drains}, until Ceph calls it safe to destroy`),
    ]),
    ...when(emptied && deployed, [stopStep(osd)]),
    ...when(emptied, [
      asking(
        step(
          'destroy-osd',
          [target],
          `destroy osd.${id} by Ceph's own check; its id and place stay for the new disk`,
          'destroys-data',
        ),
      ),
    ]),
    // It stays in: with no place for its data, taking it out would move nothing.
    ...when(forced, [forceDestroyStep(osd)]),
    ...when(cleaning.some(({ id: does }) => does === 'wipe-disk') && !remembered, [rememberStep(osd)]),
    ...cleaning,
    harmless(
      'await-disk',
      [target, node],
      `wait until the disk is swapped on ${node}; the new one is asked about by itself`,
    ),
  ];
}

interface Summarised {
  osd: ReplaceDiskPlan['osd'];
  inMap: OsdState | undefined;
  begun: DiskFacts | undefined;
  steps: PlanStep[];
}

function summarise({ osd: { id, node, disk }, inMap, begun, steps }: Summarised): string {
  if (steps.length === 0) return `There is no osd.${id} whose disk could be replaced.`;
  if (begun !== undefined)
    return `osd.${id} was begun on ${begun.path} (${begun.id}) of ${node} and never served: asks about that disk, and goes on with it.`;
  if (inMap?.destroyed === true) {
    const wipes = steps.some((one) => one.id === 'wipe-disk')
      ? `wipes its old disk ${disk?.path} (${disk?.id}) of ${disk?.node}, and `
      : '';
    return `osd.${id} is destroyed already: ${wipes}waits for its new disk on ${node}.`;
  }
  const from = disk === null ? `of ${node}, whose disk was not seen` : `on ${disk.path} (${disk.id}) of ${node}`;
  const does = steps.some((one) => one.id === 'force-destroy-osd') ? 'destroys it by force' : 'empties it';
  return `Replaces the disk of osd.${id} ${from}: ${does}, keeps its id, and waits for the new disk.`;
}
