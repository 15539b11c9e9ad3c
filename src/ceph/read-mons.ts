import { z } from 'zod';
import type { ActiveMgr, Quorum } from '../contract/ceph-activities.ts';
import { askCeph, runCeph } from './ceph.ts';
import type { CephSession } from './session.ts';
import { parseVersion } from './version.ts';

export const quorumSchema = z.object({
  quorum_names: z.array(z.string()),
  quorum_leader_name: z.string(),
  monmap: z.object({ fsid: z.string(), mons: z.array(z.object({ name: z.string() })) }),
});

export interface QuorumStatus extends Quorum {
  /** Names in the monmap, in quorum or not. */
  all: string[];
}

/** Who is in quorum. Fails where there is none, within the connect timeout. */
export const readQuorum = async (session: CephSession): Promise<QuorumStatus> =>
  quorumOf(await askCeph(session, ['quorum_status'], quorumSchema, { timeoutSeconds: 15 }));

/** The answer of `quorum_status` in our words. Pure. */
export const quorumOf = (answer: z.infer<typeof quorumSchema>): QuorumStatus => ({
  fsid: answer.monmap.fsid,
  mons: [...answer.quorum_names].sort(),
  leader: answer.quorum_leader_name,
  all: answer.monmap.mons.map(({ name }) => name).sort(),
});

export const mgrDumpSchema = z.object({
  available: z.boolean(),
  active_name: z.string(),
  standbys: z.array(z.object({ name: z.string() })).default([]),
  modules: z.array(z.string()).default([]),
  available_modules: z
    .array(z.object({ name: z.string(), can_run: z.boolean().default(true), error_string: z.string().default('') }))
    .default([]),
  services: z.record(z.string(), z.string()).default({}),
  always_on_modules: z.record(z.string(), z.array(z.string())).default({}),
});
export type MgrDump = z.infer<typeof mgrDumpSchema>;

/** The map of the mgrs, served by the mons: answers also where no mgr runs. */
export const readMgrDump = (session: CephSession): Promise<MgrDump> => askCeph(session, ['mgr', 'dump'], mgrDumpSchema);

export const activeMgr = (dump: MgrDump): ActiveMgr => ({
  available: dump.available,
  active: dump.active_name === '' ? null : dump.active_name,
  standbys: dump.standbys.map(({ name }) => name).sort(),
});

export const versionsSchema = z.record(z.string(), z.record(z.string(), z.number()));

/** The answer of `versions` in our words. Pure. */
export function versionsOf(answer: z.infer<typeof versionsSchema>): Record<string, Record<string, number>> {
  const entries = Object.entries(answer).filter(
    ([type, counts]) => type !== 'overall' && Object.keys(counts).length > 0,
  );
  return Object.fromEntries(entries.map(([type, counts]) => [type, byShortVersion(counts)]));
}

function byShortVersion(counts: Record<string, number>): Record<string, number> {
  const short: Record<string, number> = {};
  for (const [text, count] of Object.entries(counts)) {
    const version = parseVersion(text) ?? text;
    short[version] = (short[version] ?? 0) + count;
  }
  return short;
}

/** The one version of all daemons; `null` where they differ or there are none. */
export function oneVersion(versions: Record<string, Record<string, number>>): string | null {
  const [first, ...more] = new Set(Object.values(versions).flatMap((counts) => Object.keys(counts)));
  return first !== undefined && more.length === 0 ? first : null;
}

/** `undefined` where Ceph has no entity of that name. */
export async function readAuth(session: CephSession, entity: string): Promise<AuthEntry | undefined> {
  const { exitCode, stdout } = await runCeph(session, ['auth', 'get', entity], { answers: [0, 2] });
  if (exitCode !== 0) return undefined;
  // Parsed by hand, because a message about the shape could carry the key.
  return authSchema.safeParse(JSON.parse(stdout.toString('utf8'))).data?.[0];
}

const authSchema = z.array(z.object({ entity: z.string(), key: z.string(), caps: z.record(z.string(), z.string()) }));
export type AuthEntry = z.infer<typeof authSchema>[number];
