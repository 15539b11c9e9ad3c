import { randomUUID } from 'node:crypto';
import { makeKey } from '../../src/ceph/authtool.ts';
import { readSecret } from '../../src/ceph/cluster-store.ts';
import { readAuth } from '../../src/ceph/read-mons.ts';
import type { Ciphers, MadeIdentity, MakeIdentityInput } from '../../src/contract/ceph-activities.ts';
import { CephflowError, failure } from '../../src/errors.ts';
import { identitySecrets, mgrKeyringSecret } from '../../src/manifests/identity.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { AgentDeps } from './agent-deps.ts';
import { sessionOf } from './session-of.ts';

export interface Identity {
  fsid: string;
  monKey: string;
  adminKey: string;
}

/**
 * Makes the cluster's fsid and keys, and keeps them in Secrets. Idempotent: each Secret is written create-only and its content is what
 * counts from then on, so that a repeat after a kill at any point uses the same fsid and the same keys. Returns no key.
 */
export async function makeIdentity(deps: AgentDeps, input: MakeIdentityInput): Promise<MadeIdentity> {
  const there = await readIdentity(deps, input.cluster);
  if (there === undefined && input.identity === 'there') throw vanished(input.cluster);
  const identity = there ?? (await makeRoot(deps, input));
  if (input.fsid !== undefined && input.fsid !== identity.fsid)
    throw failure(
      'IDENTITY_CONFLICT',
      `The Secret ${NAMES.mon} of ${input.cluster} belongs to cluster ${identity.fsid}, not to ${input.fsid}`,
    );
  const context = { namespace: input.cluster, fsid: identity.fsid };
  const already = [there !== undefined];
  for (const secret of identitySecrets(context, identity)) already.push(await keep(deps, secret));
  for (const mgr of input.mgrs) already.push(await keepMgr(deps, context, { mgr, ciphers: input.ciphers }));
  return { fsid: identity.fsid, already: already.every(Boolean) };
}

/** New keys would lock every daemon out of what the old ones opened. */
const vanished = (cluster: string): CephflowError =>
  failure(
    'IDENTITY_CONFLICT',
    `The Secret ${NAMES.mon} of ${cluster} was there when the plan was made and is gone now, so no new keys are made (restore it from your backup, then send retry)`,
  );

/** The identity that the root Secret holds; `undefined` where there is none. One that is not complete is never filled up. */
export async function readIdentity({ kubernetes }: AgentDeps, cluster: string): Promise<Identity | undefined> {
  const data = await readSecret(kubernetes, cluster, NAMES.mon);
  if (data === undefined) return undefined;
  const { fsid, 'mon-secret': monKey } = data;
  const adminKey = data['ceph-secret'] ?? data['admin-secret'];
  if (fsid && monKey && adminKey) return { fsid, monKey, adminKey };
  throw failure('IDENTITY_CONFLICT', `The Secret ${NAMES.mon} of ${cluster} lacks fsid, mon key or admin key`);
}

/** Everything else is derived from this one Secret, so it is written first, and what it holds afterwards is the identity. */
async function makeRoot(deps: AgentDeps, { cluster, fsid, ciphers }: MakeIdentityInput): Promise<Identity> {
  const made = { fsid: fsid ?? randomUUID(), monKey: await makeKey(ciphers), adminKey: await makeKey(ciphers) };
  const secrets = identitySecrets({ namespace: cluster, fsid: made.fsid }, made);
  const root = secrets.find(({ metadata }) => metadata.name === NAMES.mon);
  if (root === undefined) throw failure('BUG', `No manifest of the Secret ${NAMES.mon} was built`);
  await keep(deps, root);
  const kept = await readIdentity(deps, cluster);
  if (kept === undefined)
    throw failure('IDENTITY_CONFLICT', `The Secret ${NAMES.mon} of ${cluster} vanished while made`);
  return kept;
}

async function keepMgr(
  deps: AgentDeps,
  context: { namespace: string; fsid: string },
  { mgr, ciphers }: { mgr: string; ciphers: Ciphers },
): Promise<boolean> {
  const { name } = mgrKeyringSecret(context, mgr, '').metadata;
  if ((await readSecret(deps.kubernetes, context.namespace, name)) !== undefined) return true;
  const key = (await keyInMons(deps, context.namespace, mgr)) ?? (await makeKey(ciphers));
  return keep(deps, mgrKeyringSecret(context, mgr, key));
}

/**
 * The key that the mons know a mgr by, where its Secret was lost: with another one the mgr could never log in again. `undefined` where
 * they know none, and where none answers; a key that is made then is compared by `registerMgrs` before a mgr is waited for.
 */
async function keyInMons(deps: AgentDeps, cluster: string, mgr: string): Promise<string | undefined> {
  try {
    return (await readAuth(await sessionOf(deps, cluster), `mgr.${mgr}`))?.key;
  } catch (error) {
    if (error instanceof CephflowError && error.retryable) return undefined;
    throw error;
  }
}

/** True where it was there before; it is then left as it is. */
const keep = async ({ kubernetes }: AgentDeps, secret: KubernetesObject): Promise<boolean> =>
  (await kubernetes.create(secret)).already;
