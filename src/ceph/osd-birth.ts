import { z } from 'zod';
import { failure } from '../errors.ts';
import { parseAnswer, runCeph } from './ceph.ts';
import { runProgram } from './command.ts';
import { readAuth } from './read-mons.ts';
import { hasServed, readOsdDump } from './read-osds.ts';
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
  if (osd === undefined) return undefined;
  return { osdId: osd.osd, up: osd.up === 1, served: hasServed(osd) };
}

const newOsdSchema = z.object({ osdid: z.number().int().nonnegative() });

export interface WantedSeat {
  osdUuid: string;
  deviceClass?: string;
  /** Id of a destroyed OSD, to be taken again. */
  osdId?: number;
  makeKey: () => Promise<string>;
}

/**
 * Takes an id for a uuid. Called again with the same uuid it answers with the same id and key, so a kill leaks no id: the key that
 * counts is the one that Ceph holds, and `makeKey` is asked only where it holds none.
 * @param there what findSeat found
 */
export async function takeSeat(
  session: CephSession,
  there: OsdSeat | undefined,
  { osdUuid, deviceClass, osdId: wanted, makeKey }: WantedSeat,
): Promise<{ osdId: number; key: string }> {
  const known = there === undefined ? undefined : await readAuth(session, `osd.${there.osdId}`);
  if (there !== undefined && known !== undefined) return { osdId: there.osdId, key: known.key };
  const key = await makeKey();
  const secrets = { cephx_secret: key, ...(deviceClass === undefined ? {} : { crush_device_class: deviceClass }) };
  const request = ['osd', 'new', osdUuid, ...(wanted === undefined ? [] : [String(wanted)]), '-i', '-'];
  const made = await runCeph(session, request, { input: JSON.stringify(secrets), answers: [0, EXISTS] });
  // EXISTS: made by somebody with another key since we looked. The id of an answer is proven by its key, and by the uuid in the map once it is up.
  const osdId =
    made.exitCode === EXISTS
      ? (await findSeat(session, osdUuid))?.osdId
      : parseAnswer('ceph osd new', made.stdout, newOsdSchema).osdid;
  const entry = osdId === undefined ? undefined : await readAuth(session, `osd.${osdId}`);
  if (osdId === undefined || entry === undefined || (made.exitCode === 0 && entry.key !== key))
    throw failure('COMMAND_FAILED', `"ceph osd new ${osdUuid}" ended and Ceph has no such OSD with this key`);
  return { osdId, key: entry.key };
}

export interface OsdMkfs {
  osdId: number;
  osdUuid: string;
  key: string;
  /** Names the cluster's fsid and its mons, which mkfs asks for their settings. */
  conf: string;
  /** Directory of the OSD for the time of its making; its link `block` leads to the disk. */
  directory: string;
  /** Lock and disk: held by the command itself, also when this process dies before it. */
  inheritFds: number[];
}

/** Writes a new OSD onto the disk that `block` leads to. rc 0 proves nothing: read the label afterwards. */
export async function mkfsOsd(session: CephSession, mkfs: OsdMkfs): Promise<void> {
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
