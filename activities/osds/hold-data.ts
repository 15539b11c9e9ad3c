import { z } from 'zod';
import { askCeph, runCeph } from '../../src/ceph/ceph.ts';
import { readConfigDump, setConfig, storedValue, unsetConfig } from '../../src/ceph/config-database.ts';
import { flagsOf, flagsSchema } from '../../src/ceph/read-flags.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { Applied } from '../../src/contract/bootstrap-activities.ts';
import type { HeldData } from '../../src/contract/add-node.ts';
import type { HoldInput, MoveDataInput, PlaceHostInput, PutBackInput } from '../../src/contract/osd-activities.ts';
import { paceSettings } from '../../src/domain/pace.ts';
import { failure } from '../../src/errors.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { readWeightless } from './crush-weight.ts';
import { isDrained } from './drain-osd.ts';
import { keptNote } from './kept-note.ts';
import { weighOsd } from './replace-osd.ts';

const FLAG = 'norebalance';
const INITIAL_WEIGHT = 'osd_crush_initial_weight';
const WHO = 'osd';
const notes = keptNote('held');

const treeSchema = z.object({ nodes: z.array(z.object({ name: z.string(), type: z.string() })) });

/**
 * Makes the buckets of a host's place in the CRUSH map, the outermost first. A bucket that is there stays where it is: moving it would move
 * data that nobody spoke of. Reads back. Idempotent.
 */
export async function placeHost(deps: AgentDeps, { cluster, root, location }: PlaceHostInput): Promise<Applied> {
  const session = await sessionOf(deps, cluster);
  let above = `root=${root}`;
  let already = true;
  for (const pair of location) {
    const [type = '', name = ''] = pair.split('=');
    if (!(await hasBucket(session, type, name))) {
      await runCeph(session, ['osd', 'crush', 'add-bucket', name, type]);
      await runCeph(session, ['osd', 'crush', 'move', name, above]);
      if (!(await hasBucket(session, type, name)))
        throw failure('COMMAND_FAILED', `The bucket ${pair} is not in the CRUSH map after it was made`);
      already = false;
    }
    above = pair;
  }
  return { already };
}

const hasBucket = async (session: CephSession, type: string, name: string): Promise<boolean> =>
  (await askCeph(session, ['osd', 'tree'], treeSchema)).nodes.some((node) => node.type === type && node.name === name);

/**
 * Lets new OSDs join without weight and holds back the moving of data. What was so before is kept in Ceph first, so that any later operation
 * can put it back. A repeat finds it so.
 */
export async function holdData(deps: AgentDeps, { cluster, name }: HoldInput): Promise<Applied> {
  const session = await sessionOf(deps, cluster);
  const kept = await readKept(session, name);
  const already = kept !== undefined && !kept.isBack;
  // A note of what was put back long ago says nothing of how it is now.
  if (!already)
    await notes.replace(session, name, encode((await heldByAnother(session, name)) ?? (await before(session))));
  await runCeph(session, ['osd', 'set', FLAG]);
  await set(session, INITIAL_WEIGHT, '0');
  return { already };
}

/** Gives all OSDs their weights while data is held back, then lets it move at the wished pace. A repeat goes on. */
export async function moveData(deps: AgentDeps, input: MoveDataInput): Promise<Applied> {
  const { cluster, name, osds, pace, version } = input;
  const session = await sessionOf(deps, cluster);
  const kept = await readKept(session, name);
  for (const { option, value } of paceSettings(version, pace)) await set(session, option, value);
  for (const { id, uuid, sizeBytes } of osds) await weighOsd(deps, { cluster, osd: { id, uuid }, sizeBytes });
  await putSetting(session, INITIAL_WEIGHT, kept?.settings[INITIAL_WEIGHT] ?? null);
  if (kept?.flag === false) await runCeph(session, ['osd', 'unset', FLAG]);
  return { already: false };
}

/** What an earlier run for this host left held. Changes nothing. */
export async function readHeld(deps: AgentDeps, { cluster, name }: HoldInput): Promise<HeldData> {
  const session = await sessionOf(deps, cluster);
  const kept = await readKept(session, name);
  if (kept === undefined) return { held: 'nothing', weightless: [] };
  const weightless: string[] = [];
  for (const uuid of await readWeightless(session)) if (!(await isDrained(session, uuid))) weightless.push(uuid);
  return { held: kept.isBack ? 'weights' : 'all', weightless };
}

/**
 * Puts flag and settings back as they were before `holdData`. Where OSDs that were made meanwhile have no weight, the note stays and says
 * so, for the next run to go on with. `already` where nothing was held.
 */
export async function putBack(deps: AgentDeps, { cluster, name, osds }: PutBackInput): Promise<Applied> {
  const session = await sessionOf(deps, cluster);
  const kept = await readKept(session, name);
  if (kept === undefined || kept.isBack) return { already: true };
  if (!kept.flag && (await isFlagSet(session))) await runCeph(session, ['osd', 'unset', FLAG]);
  for (const [option, value] of Object.entries(kept.settings)) await putSetting(session, option, value);
  const isUnfinished = (await readWeightless(session)).some((uuid) => osds.includes(uuid));
  if (isUnfinished) await notes.replace(session, name, encode({ ...kept, isBack: true }));
  else await notes.forget(session, name);
  return { already: false };
}

const isFlagSet = async (session: CephSession): Promise<boolean> =>
  flagsOf(await askCeph(session, ['osd', 'dump'], flagsSchema)).some(({ flag, on }) => flag === FLAG && on === null);

/** Every option that any pace of any release may set. */
const OPTIONS = [INITIAL_WEIGHT, 'osd_mclock_profile', 'osd_recovery_sleep_hdd', 'osd_max_backfills'];

async function before(session: CephSession): Promise<Kept> {
  const dump = await readConfigDump(session);
  const settings = Object.fromEntries(OPTIONS.map((option) => [option, storedValue(dump, WHO, option) ?? null]));
  return { flag: await isFlagSet(session), settings, isBack: false };
}

/** A run for another host that was ended for good: flag and settings are still its own, and what was before stands in its note. */
async function heldByAnother(session: CephSession, name: string): Promise<Kept | undefined> {
  for (const other of await notes.names(session)) {
    const kept = other === name ? undefined : await readKept(session, other);
    if (kept?.isBack === false) return kept;
  }
  return undefined;
}

async function set(session: CephSession, option: string, value: string): Promise<void> {
  const answer = await setConfig(session, { who: WHO, option, value });
  const stored = storedValue(await readConfigDump(session), WHO, option);
  // Ceph writes numbers in a form of its own.
  const isStored = stored !== undefined && (stored === value || Number(stored) === Number(value));
  if (!answer.taken || !isStored)
    throw failure(
      'COMMAND_FAILED',
      `Ceph did not take ${option} = ${value}: ${answer.taken ? `it is ${stored}` : answer.because}`,
    );
}

async function putSetting(session: CephSession, option: string, value: string | null): Promise<void> {
  if (value === null) await unsetConfig(session, WHO, option);
  else await set(session, option, value);
}

const keptSchema = z.object({
  flag: z.boolean(),
  settings: z.record(z.string(), z.string().nullable()),
  /** Flag and settings are as they were, and OSDs are still without weight. */
  isBack: z.boolean().default(false),
});
type Kept = z.infer<typeof keptSchema>;

/** Notes lose quotes, so JSON goes in another dress. */
const encode = (kept: Kept): string => Buffer.from(JSON.stringify(kept)).toString('hex');

async function readKept(session: CephSession, name: string): Promise<Kept | undefined> {
  const text = await notes.read(session, name);
  return text === undefined ? undefined : keptSchema.parse(JSON.parse(Buffer.from(text, 'hex').toString('utf8')));
}
