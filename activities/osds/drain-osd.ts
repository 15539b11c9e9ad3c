import { runCeph } from '../../src/ceph/ceph.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { Applied } from '../../src/contract/bootstrap-activities.ts';
import type { OsdInput } from '../../src/contract/osd-activities.ts';
import { failure } from '../../src/errors.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { readWeight } from './crush-weight.ts';
import { keptNote } from './kept-note.ts';
import { isSame, requireSame } from './same-osd.ts';

const notes = keptNote('drained');

/**
 * Sets the CRUSH weight of an OSD to 0 and reads it back, so that its data moves once, while it still serves. The weight that it had is kept
 * in Ceph itself first, so that any later operation can put it back. A repeat finds it so.
 * @throws DISK_CHANGED where the id is another OSD's by now
 */
export async function drainOsd(deps: AgentDeps, { cluster, osd }: OsdInput): Promise<Applied> {
  const session = await sessionOf(deps, cluster);
  await requireSame(session, osd);
  const weight = await weightOf(session, osd.id);
  if (weight === 0) return { already: true };
  // A weight above 0 is never ours, so it takes the place of a note that an ended run left behind.
  await notes.replace(session, osd.uuid, String(weight));
  await reweight(session, osd.id, 0);
  return { already: false };
}

/**
 * Puts the weight back that `drainOsd` took, and forgets it. `already` where nothing was taken. An OSD that is gone, or that somebody gave a
 * weight since, stays as it is.
 */
export async function undrainOsd(deps: AgentDeps, { cluster, osd }: OsdInput): Promise<Applied> {
  const session = await sessionOf(deps, cluster);
  const kept = await keptWeight(session, osd.uuid);
  if (kept === undefined) return { already: true };
  const isWeightless = (await isSame(session, osd)) && (await weightOf(session, osd.id)) === 0;
  if (isWeightless) await reweight(session, osd.id, kept);
  await notes.forget(session, osd.uuid);
  return { already: false };
}

/** A remove-disk took its weight, and has not put it back. */
export const isDrained = async (session: CephSession, uuid: string): Promise<boolean> =>
  (await notes.read(session, uuid)) !== undefined;

/** Called when the OSD is gone for good. */
export const forgetWeight = notes.forget;

async function keptWeight(session: CephSession, uuid: string): Promise<number | undefined> {
  const text = await notes.read(session, uuid);
  if (text === undefined) return undefined;
  const weight = Number(text);
  if (Number.isFinite(weight) && weight >= 0) return weight;
  throw failure('BUG', `The kept weight of OSD ${uuid} is no number`);
}

async function reweight(session: CephSession, id: number, weight: number): Promise<void> {
  await runCeph(session, ['osd', 'crush', 'reweight', `osd.${id}`, String(weight)]);
  const now = await weightOf(session, id);
  // CRUSH keeps weights in steps of 1/65536.
  if (Math.abs(now - weight) > 0.001)
    throw failure('COMMAND_FAILED', `The CRUSH weight of osd.${id} is ${now} after it was set to ${weight}`);
}

/** @throws DISK_CHANGED where the CRUSH map has no such OSD */
async function weightOf(session: CephSession, id: number): Promise<number> {
  const weight = await readWeight(session, id);
  if (weight === undefined) throw failure('DISK_CHANGED', `osd.${id} is not in the CRUSH map`);
  return weight;
}
