import { z } from 'zod';
import { failure } from '../errors.ts';
import { askCeph, runCeph } from './ceph.ts';
import { readConfigDump, setConfig, storedValue, unsetConfig } from './config-database.ts';
import { readOsdDump } from './read-osds.ts';
import type { CephSession } from './session.ts';

const ABSENT = 2;
const DELETION = { who: 'mon', option: 'mon_allow_pool_delete' };
/** Remembers over a kill what the option was before we changed it: nothing else tells afterwards. */
const REMEMBERED = 'cephflow/mon_allow_pool_delete';

/** Makes a small replicated pool. Repeating is harmless. */
export async function createPool(
  session: CephSession,
  { name, replicas }: { name: string; replicas: number },
): Promise<void> {
  await runCeph(session, ['osd', 'pool', 'create', name, '8', '8', 'replicated', '--size', String(replicas)]);
}

/** Says in the pool itself whose it is. */
export async function markPool(session: CephSession, name: string, application: string): Promise<void> {
  await runCeph(session, ['osd', 'pool', 'application', 'enable', name, application]);
}

/**
 * Deletes a pool with everything in it and proves that it is gone. Pools may be deleted only while this runs; what the option was before
 * is put back, also by the repeat after a kill.
 */
export async function deletePool(session: CephSession, name: string): Promise<void> {
  await allowDeletion(session);
  try {
    await runCeph(session, ['osd', 'pool', 'rm', name, name, '--yes-i-really-really-mean-it']);
  } finally {
    await restoreDeletion(session);
  }
  const { pools } = await readOsdDump(session);
  if (pools.some(({ pool_name: there }) => there === name))
    throw failure('IO_NOT_VERIFIED', `The pool ${name} is still there after it was deleted`);
}

/** Lets pools be deleted until `restoreDeletion`. Repeating keeps the memory of the first call. */
export async function allowDeletion(session: CephSession): Promise<void> {
  const now = storedValue(await readConfigDump(session), DELETION.who, DELETION.option) ?? '';
  if (now === 'true') return;
  await runCeph(session, ['config-key', 'set', REMEMBERED, now === '' ? 'unset' : now]);
  const answer = await setConfig(session, { ...DELETION, value: 'true' });
  if (!answer.taken) throw failure('COMMAND_FAILED', `Ceph did not take mon_allow_pool_delete: ${answer.because}`);
}

/** Puts back what an earlier or this call changed; nothing remembered means that nothing was changed. */
export async function restoreDeletion(session: CephSession): Promise<void> {
  const { exitCode, stdout } = await runCeph(session, ['config-key', 'get', REMEMBERED], { answers: [0, ABSENT] });
  if (exitCode === ABSENT) return;
  const before = stdout.toString('utf8').trim().replaceAll('"', '');
  if (before === 'unset') await unsetConfig(session, DELETION.who, DELETION.option);
  else await setConfig(session, { ...DELETION, value: before });
  await runCeph(session, ['config-key', 'rm', REMEMBERED]);
}

const dfSchema = z.object({
  pools: z.array(z.object({ name: z.string(), stats: z.object({ stored: z.number(), objects: z.number() }) })),
});

/** Objects and stored bytes per pool, as the mons last heard. */
export async function readPoolUse(session: CephSession): Promise<Map<string, { objects: number; bytes: number }>> {
  const { pools } = await askCeph(session, ['df'], dfSchema, { timeoutSeconds: 15 });
  return new Map(pools.map(({ name, stats }) => [name, { objects: stats.objects, bytes: stats.stored }]));
}
