import { runCeph } from '../../src/ceph/ceph.ts';
import { readAuth } from '../../src/ceph/read-mons.ts';
import { readOsdDump } from '../../src/ceph/read-osds.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { Applied } from '../../src/contract/bootstrap-activities.ts';
import { TIB_BYTES } from '../../src/contract/disk.ts';
import type { OsdInput } from '../../src/contract/osd-activities.ts';
import { failure } from '../../src/errors.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { keptNote } from './kept-note.ts';
import { readWeight } from './crush-weight.ts';
import { endByOwnCheck, untilDown } from './end-by-own-check.ts';
import { isSame, requireSame } from './same-osd.ts';

const notes = keptNote('out');

/**
 * Takes an OSD out and reads back: its data moves while it serves, and its CRUSH weight stays, so that nothing else moves. That we did it is
 * kept in Ceph first, so that any later operation can take it back. A repeat finds it so.
 * @throws DISK_CHANGED where the id is another OSD's by now
 */
export async function outOsd(deps: AgentDeps, { cluster, osd }: OsdInput): Promise<Applied> {
  const session = await sessionOf(deps, cluster);
  await requireSame(session, osd);
  if (!(await isIn(session, osd.id))) return { already: true };
  await notes.keep(session, osd.uuid, 'in');
  await runCeph(session, ['osd', 'out', String(osd.id)]);
  if (await isIn(session, osd.id)) throw failure('COMMAND_FAILED', `osd.${osd.id} is still in after "ceph osd out"`);
  return { already: false };
}

/**
 * Takes an OSD in again that `outOsd` took out. `already` where it did not, or the OSD is destroyed.
 * @throws OSD_NOT_UP where it is down: it stays out, and Ceph keeps the note, so that the next run takes it in when it is up
 */
export async function inOsd(deps: AgentDeps, { cluster, osd }: OsdInput): Promise<Applied> {
  const session = await sessionOf(deps, cluster);
  if ((await notes.read(session, osd.uuid)) === undefined) return { already: true };
  const own = (await readOsdDump(session)).osds.find((one) => one.osd === osd.id && one.uuid === osd.uuid);
  // Taken in while it is down, its PGs would wait for it for ever.
  if (own?.up === 0 && own.in === 0)
    throw failure(
      'OSD_NOT_UP',
      `osd.${osd.id} of ${cluster} stays out, because it is down; when it is up again, "ceph osd in ${osd.id}" takes it in`,
    );
  if (own?.in === 0) await runCeph(session, ['osd', 'in', String(osd.id)]);
  await notes.forget(session, osd.uuid);
  return { already: own?.in !== 0 };
}

async function isIn(session: CephSession, id: number): Promise<boolean> {
  return (await readOsdDump(session)).osds.some((osd) => osd.osd === id && osd.in === 1);
}

/**
 * Destroys an OSD by Ceph's own check and never by force: its key and uuid go, its id and its place in the CRUSH map stay for the next disk. Its
 * pod must be proven gone. Reads back. A repeat finds it destroyed.
 * @throws NOT_SAFE_TO_DESTROY with Ceph's own words
 */
export async function destroyOsd(deps: AgentDeps, { cluster, osd }: OsdInput): Promise<Applied> {
  const session = await sessionOf(deps, cluster);
  if (await isDestroyed(session, osd.id)) {
    await notes.forget(session, osd.uuid);
    return { already: true };
  }
  await requireSame(session, osd);
  await untilDown(session, osd.id);
  await endByOwnCheck(session, 'destroy', osd);
  await requireDestroyed(session, osd);
  return { already: false };
}

/** Reads back that an OSD is destroyed, and forgets that it was taken out. */
export async function requireDestroyed(session: CephSession, { id, uuid }: OsdInput['osd']): Promise<void> {
  if (!(await isDestroyed(session, id)) || (await readAuth(session, `osd.${id}`)) !== undefined)
    throw failure('COMMAND_FAILED', `osd.${id} was destroyed, and its key or state is as before`);
  await notes.forget(session, uuid);
}

export async function isDestroyed(session: CephSession, id: number): Promise<boolean> {
  return (await readOsdDump(session)).osds.some((osd) => osd.osd === id && osd.state?.includes('destroyed') === true);
}

/**
 * Gives an OSD the CRUSH weight of its disk, in TiB as Ceph counts: one that was made again under an old id keeps the weight of the old disk
 * otherwise. Reads back. Idempotent.
 */
export async function weighOsd(deps: AgentDeps, input: OsdInput & { sizeBytes: number }): Promise<Applied> {
  const { cluster, osd, sizeBytes } = input;
  const session = await sessionOf(deps, cluster);
  if (!(await isSame(session, osd)))
    throw failure('DISK_CHANGED', `osd.${osd.id} is not the OSD ${osd.uuid} that was made`);
  const wanted = Number((sizeBytes / TIB_BYTES).toFixed(5));
  // CRUSH keeps weights in steps of 1/65536.
  const isRight = async () => Math.abs(((await readWeight(session, osd.id)) ?? 0) - wanted) < 0.0001;
  if (await isRight()) return { already: true };
  await runCeph(session, ['osd', 'crush', 'reweight', `osd.${osd.id}`, String(wanted)]);
  if (!(await isRight()))
    throw failure('COMMAND_FAILED', `The CRUSH weight of osd.${osd.id} is not ${wanted} after it was set`);
  return { already: false };
}
