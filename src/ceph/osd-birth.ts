import { join } from 'node:path';
import { failure } from '../errors.ts';
import { runCeph } from './ceph.ts';
import { runProgram } from './command.ts';
import { readAuth } from './read-mons.ts';
import { readOsdDump } from './read-osds.ts';
import type { CephSession } from './session.ts';

const EXISTS = 17;

export interface OsdSeat {
  osdId: number;
  /** Up already, on whichever disk. */
  up: boolean;
  /** Was up once: it may have confirmed writes. */
  served: boolean;
}

/** The id that the map has for a uuid; `undefined` where it has none. */
export async function findSeat(session: CephSession, osdUuid: string): Promise<OsdSeat | undefined> {
  const { osds } = await readOsdDump(session);
  const osd = osds.find(({ uuid }) => uuid === osdUuid);
  return osd === undefined ? undefined : { osdId: osd.osd, up: osd.up === 1, served: (osd.up_from ?? 0) > 0 };
}

/**
 * Takes an id for a uuid. Called again with the same uuid it answers with the same id and key, so a kill leaks no id: the key that
 * counts is the one that Ceph holds, and `makeKey` is asked only where it holds none.
 */
export async function takeSeat(
  session: CephSession,
  { osdUuid, deviceClass, makeKey }: { osdUuid: string; deviceClass?: string; makeKey: () => Promise<string> },
): Promise<{ osdId: number; key: string }> {
  const there = await findSeat(session, osdUuid);
  const known = there === undefined ? undefined : await readAuth(session, `osd.${there.osdId}`);
  if (there !== undefined && known !== undefined) return { osdId: there.osdId, key: known.key };
  const key = await makeKey();
  const secrets = { cephx_secret: key, ...(deviceClass === undefined ? {} : { crush_device_class: deviceClass }) };
  // 17: made by somebody with another key since we looked; what Ceph holds is read below.
  await runCeph(session, ['osd', 'new', osdUuid, '-i', '-'], { input: JSON.stringify(secrets), answers: [0, EXISTS] });
  const seat = await findSeat(session, osdUuid);
  const entry = seat === undefined ? undefined : await readAuth(session, `osd.${seat.osdId}`);
  if (seat === undefined || entry === undefined)
    throw failure('COMMAND_FAILED', `"ceph osd new ${osdUuid}" ended and the map has no such OSD with a key`);
  return { osdId: seat.osdId, key: entry.key };
}

export interface OsdMkfs {
  osdId: number;
  osdUuid: string;
  key: string;
  conf: string;
  /** Directory of the OSD for the time of its making; its link `block` leads to the disk. */
  directory: string;
  /** Lock and disk: held by the command itself, also when this process dies before it. */
  inheritFds: number[];
}

/** Writes a new OSD onto the disk that `block` leads to. rc 0 proves nothing: read the label afterwards. */
export async function mkfsOsd(session: CephSession, mkfs: OsdMkfs): Promise<void> {
  const monmap = join(mkfs.directory, 'activate.monmap');
  await runCeph(session, ['mon', 'getmap', '-o', monmap]);
  await runProgram({
    program: 'ceph-osd',
    args: [
      '--conf',
      mkfs.conf,
      '--osd-objectstore',
      'bluestore',
      '--mkfs',
      '-i',
      String(mkfs.osdId),
      '--monmap',
      monmap,
      '--keyfile',
      '-',
      '--osd-data',
      `${mkfs.directory}/`,
      '--osd-uuid',
      mkfs.osdUuid,
      // The document's or the database's own value would make mkfs format a second disk, which nobody approved.
      ...['block', 'block-db', 'block-wal'].map((device) => `--bluestore-${device}-path=`),
      '--default-log-to-file=false',
      '--default-err-to-stderr=true',
    ],
    title: `ceph-osd --mkfs of osd.${mkfs.osdId}`,
    timeoutSeconds: 600,
    input: mkfs.key,
    inheritFds: mkfs.inheritFds,
    ...(session.signal === undefined ? {} : { signal: session.signal }),
  });
}
