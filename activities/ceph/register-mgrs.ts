import { runCeph } from '../../src/ceph/ceph.ts';
import { readAuth } from '../../src/ceph/read-mons.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { RegisterMgrsInput } from '../../src/contract/ceph-activities.ts';
import { failure } from '../../src/errors.ts';
import { keyringText, type CephUser } from '../../src/manifests/keyring.ts';
import type { AgentDeps } from './agent-deps.ts';
import { readMgrKeyrings } from './mgr-keyrings.ts';
import { sessionOf } from './session-of.ts';

/**
 * Makes the mons know the key of every mgr. They know those of the first bootstrap from birth; this is for a mgr that was added to a
 * plan after the mons were made. A key that is there and differs is never replaced, because a running mgr may be using it.
 */
export async function registerMgrs(
  deps: AgentDeps,
  { cluster, mgrs }: RegisterMgrsInput,
): Promise<{ already: boolean }> {
  const session = await sessionOf(deps, cluster);
  const entries = await readMgrKeyrings(deps, cluster, mgrs);
  const already: boolean[] = [];
  for (const entry of entries) already.push(await registerUser(session, entry));
  return { already: already.every(Boolean) };
}

/** True where the mons knew the user's key before. One that is there and differs is never replaced. */
export async function registerUser(session: CephSession, entry: CephUser): Promise<boolean> {
  if (await isRegistered(session, entry)) return true;
  await runCeph(session, ['auth', 'import', '-i', '-'], { input: keyringText([entry]) });
  if (await isRegistered(session, entry)) return false;
  throw failure('COMMAND_FAILED', `The mons do not know ${entry.entity} after its key was imported`);
}

async function isRegistered(session: CephSession, { entity, key }: CephUser): Promise<boolean> {
  const there = await readAuth(session, entity);
  if (there !== undefined && there.key !== key)
    throw failure(
      'IDENTITY_CONFLICT',
      `The mons know another key of ${entity} than its Secret holds (if that Secret was lost and made anew: delete it and start bootstrap again, which takes the mons' key)`,
    );
  return there !== undefined;
}
