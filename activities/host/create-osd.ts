import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKey } from '../../src/ceph/authtool.ts';
import { renderBirthConf } from '../../src/ceph/birth-conf.ts';
import { readSecret } from '../../src/ceph/cluster-store.ts';
import { writeKeyFile } from '../../src/ceph/key-files.ts';
import { findSeat, mkfsOsd, takeSeat, type OsdSeat } from '../../src/ceph/osd-birth.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { CreatedOsd, CreateOsdInput } from '../../src/contract/ceph-activities.ts';
import type { BlueStoreLabel } from '../../src/contract/disk.ts';
import { withGuardedDisk, type GuardedDisk, type GuardRequest } from '../../src/disks/guard.ts';
import { readDisks } from '../../src/disks/inventory.ts';
import { readLabels } from '../../src/disks/label-places.ts';
import { directReader } from '../../src/disks/read-block.ts';
import { wipeDisk } from '../../src/disks/wipe.ts';
import { failure } from '../../src/errors.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';

/**
 * Makes one OSD on one approved disk. The disk's label decides what is left to do, never an exit code: a complete label of this OSD is
 * done, half a label of this OSD is wiped and made again, and a disk with anything else on it is refused by the guard. The same uuid
 * always gets the same id, so a kill at any point leaks none.
 */
export async function createOsd(deps: AgentDeps, input: CreateOsdInput): Promise<CreatedOsd> {
  const { disk, osdUuid, fsid } = input;
  if (disk.id.startsWith('loop:') && deps.loopDevices === 'refused')
    throw failure(
      'NO_ELIGIBLE_DEVICE',
      `Disk ${disk.path} of ${disk.node} is a loop device, which this agent may not use`,
    );
  const session = await sessionOf(deps, input.cluster);
  if (session.fsid !== fsid)
    throw failure('IDENTITY_CONFLICT', `${input.cluster} is cluster ${session.fsid} now, and the plan is for ${fsid}`);
  const seat = await findSeat(session, osdUuid);
  const labels = await readOwnLabels(deps, input);
  if (isComplete(labels, input)) {
    requireSeat(labels, seat?.osdId, input);
    return { osdId: labels[0]?.osdId ?? -1, osdUuid, already: true };
  }
  if (seat?.up)
    throw failure(
      'DISK_CHANGED',
      `osd.${seat.osdId} is up, and disk ${disk.path} of ${disk.node} carries no OSD of its uuid`,
    );
  requireNewborn(seat, input);
  const osdId = await whileHeartbeating(
    () => `making an OSD on ${disk.path} of ${disk.node}`,
    () => bear(deps, session, input, seat),
  );
  return { osdId, osdUuid, already: false };
}

/** Labels of this OSD on the disk now; the guard judges everything else there. */
async function readOwnLabels({ host }: AgentDeps, { disk, osdUuid, fsid }: CreateOsdInput): Promise<BlueStoreLabel[]> {
  const facts = await readDisks(host, disk);
  if (facts.length !== 1)
    throw failure(
      'DISK_CHANGED',
      `Disk ${disk.id} is on ${disk.node} ${facts.length} times now; it was approved as ${disk.path}`,
    );
  return (facts[0]?.labels ?? []).filter((label) => label.osdUuid === osdUuid && label.cephFsid === fsid);
}

const isComplete = (labels: BlueStoreLabel[], { fsid }: Pick<CreateOsdInput, 'fsid'>): boolean =>
  labels.some(
    ({ offsetBytes, mkfsDone, ready, cephFsid }) => offsetBytes === 0 && mkfsDone && ready && cephFsid === fsid,
  );

/** A complete OSD that the map does not know may hold data of before somebody purged it: a person decides. */
function requireSeat([label]: BlueStoreLabel[], mapId: number | undefined, { disk, osdUuid }: CreateOsdInput): void {
  if (label !== undefined && label.osdId === mapId) return;
  const inMap = mapId === undefined ? 'the map has no such OSD' : `the map has it as osd.${mapId}`;
  const onDisk = `Disk ${disk.path} of ${disk.node} carries the complete OSD ${osdUuid} as osd.${label?.osdId}`;
  throw failure('STALE_STATE', `${onDisk}, and ${inMap}`);
}

/**
 * An OSD that served and comes back empty under its old uuid counts as asked: PGs would go on with older copies, and what it alone had
 * would be lost without a word. A new life needs a new uuid.
 */
function requireNewborn(seat: OsdSeat | undefined, { disk, osdUuid }: CreateOsdInput): void {
  if (!seat?.served) return;
  throw failure(
    'DISK_CHANGED',
    `osd.${seat.osdId} (${osdUuid}) has served this cluster, and its disk ${disk.path} of ${disk.node} does not carry it complete any more, so it is not made again under the same uuid; when every PG is active and clean without it, "ceph osd purge ${seat.osdId}" lets a new one be made`,
  );
}

async function bear(
  deps: AgentDeps,
  session: CephSession,
  input: CreateOsdInput,
  there: OsdSeat | undefined,
): Promise<number> {
  const { osdUuid, deviceClass, osdId: wanted } = input;
  const request = guardFor(deps, input);
  // Looked at once before an id is taken, because a refusal afterwards would leave an id without a disk.
  await withGuardedDisk(request, () => Promise.resolve());
  const keyType = await keyTypeOf(deps, input.cluster);
  const seat = await takeSeat(session, there, {
    osdUuid,
    makeKey: () => makeKey({ allowed: [keyType], preferred: keyType }),
    ...(deviceClass === undefined ? {} : { deviceClass }),
    ...(wanted === undefined ? {} : { osdId: wanted }),
  });
  if (wanted !== undefined && seat.osdId !== wanted)
    throw failure('IDENTITY_CONFLICT', `OSD ${osdUuid} got the id ${seat.osdId}, and ${wanted} was to be kept`);
  await withGuardedDisk(request, async (disk) => {
    if (!isComplete(disk.labels, input)) {
      requireUnfinished(disk, input);
      if (disk.labels.length > 0) await wipeDisk(disk, () => {});
      await writeOsd(deps, session, { disk, seat, input });
    }
    await requireMade(disk, seat.osdId, input);
  });
  return seat.osdId;
}

/** An OSD whose label at 0 was lost but whose copy elsewhere is complete can be repaired: wiping it would lose its data. */
function requireUnfinished({ labels }: GuardedDisk, { disk, osdUuid }: CreateOsdInput): void {
  const complete = labels.find(({ ready }) => ready);
  if (complete === undefined) return;
  throw failure(
    'STALE_STATE',
    `Disk ${disk.path} of ${disk.node} lost its label at 0, but the copy at ${complete.offsetBytes} says that OSD ${osdUuid} is complete`,
  );
}

/** A disk without any label passes as well as one with labels of exactly this OSD; everything else is refused. */
const guardFor = ({ host }: AgentDeps, { disk, fsid, osdUuid }: CreateOsdInput): GuardRequest => ({
  host,
  approved: disk,
  expected: { kind: 'label', cephFsid: fsid, osdUuid },
});

/** The same kind of key as the admin's: the mons accept that one for certain. Kinds show in the first letters. */
async function keyTypeOf({ kubernetes }: AgentDeps, cluster: string): Promise<'aes' | 'aes256k'> {
  const key = (await readSecret(kubernetes, cluster, NAMES.mon))?.['ceph-secret'] ?? '';
  return key.startsWith('Ag') ? 'aes256k' : 'aes';
}

interface Birth {
  disk: GuardedDisk;
  seat: { osdId: number; key: string };
  input: CreateOsdInput;
}

async function writeOsd(deps: AgentDeps, session: CephSession, { disk, seat, input }: Birth): Promise<void> {
  const spec = await deps.readDocument(input.cluster);
  const directory = await mkdtemp(join(tmpdir(), `osd-${seat.osdId}-`));
  try {
    const conf = join(directory, 'ceph.conf');
    await writeKeyFile(
      conf,
      renderBirthConf({ fsid: input.fsid, mon_host: session.monHost }, spec?.cephConfig ?? {}, ['osd']),
    );
    await symlink(disk.path, join(directory, 'block'));
    const { osdUuid } = input;
    await mkfsOsd(session, { ...seat, osdUuid, conf, directory, inheritFds: disk.inheritedFds });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Reads the labels from the disk itself, past every cache, while it is held. */
async function requireMade(
  { fd, sizeBytes }: GuardedDisk,
  osdId: number,
  { disk, fsid, osdUuid }: CreateOsdInput,
): Promise<void> {
  const labels = await readLabels(directReader(fd), sizeBytes);
  const own = labels.filter((label) => label.osdUuid === osdUuid && label.cephFsid === fsid && label.osdId === osdId);
  if (isComplete(own, { fsid }) && own.length === labels.length) return;
  const seen = labels.map(
    (label) => `osd.${label.osdId} (${label.osdUuid}${label.ready ? '' : ', not ready'}) at ${label.offsetBytes}`,
  );
  throw failure(
    'COMMAND_FAILED',
    `The new osd.${osdId} (${osdUuid}) on ${disk.path} of ${disk.node} is not complete: its label says ${seen.join(', ') || 'nothing'}`,
  );
}
