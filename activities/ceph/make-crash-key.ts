import { z } from 'zod';
import { runCeph } from '../../src/ceph/ceph.ts';
import { readSecret } from '../../src/ceph/cluster-store.ts';
import { keyOf } from '../../src/ceph/keyring.ts';
import { readAuth } from '../../src/ceph/read-mons.ts';
import type { CephSession } from '../../src/ceph/session.ts';
import type { ClusterInput } from '../../src/contract/ceph-activities.ts';
import { failure } from '../../src/errors.ts';
import { CRASH_USER, crashKeyringSecret } from '../../src/manifests/crash-collector.ts';
import { capabilitiesOf } from '../../src/manifests/keyring.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { AgentDeps } from './agent-deps.ts';
import { registerUser } from './register-mgrs.ts';
import { sessionOf } from './session-of.ts';

/**
 * Makes the key of the crash collectors, which may tell Ceph of crashes and nothing else, and keeps it in a Secret. Idempotent: a Secret
 * that exists is what counts and is never replaced, and one that was lost gets the key that the mons know. Returns no key.
 */
export async function makeCrashKey(deps: AgentDeps, { cluster }: ClusterInput): Promise<{ already: boolean }> {
  const session = await sessionOf(deps, cluster);
  const keyring = (await readSecret(deps.kubernetes, cluster, NAMES.crashKeyring))?.keyring;
  if (keyring !== undefined) {
    const key = keyOf(keyring, CRASH_USER);
    if (key === undefined)
      throw failure('IDENTITY_CONFLICT', `The Secret ${NAMES.crashKeyring} of ${cluster} has no key of ${CRASH_USER}`);
    return { already: await registerUser(session, { entity: CRASH_USER, key }) };
  }
  const key = (await getOrCreate(session)) ?? (await readAuth(session, CRASH_USER))?.key;
  if (key === undefined)
    throw failure('COMMAND_FAILED', `The mons of ${cluster} made no key of ${CRASH_USER}, or told none`);
  await deps.kubernetes.create(crashKeyringSecret({ namespace: cluster }, key));
  return { already: false };
}

/** That user is there and may do something else: that was somebody's wish, and its key is as good. */
const OTHER_CAPABILITIES = 22;

const madeSchema = z.tuple([z.object({ entity: z.literal(CRASH_USER), key: z.string().min(1) })]);

async function getOrCreate(session: CephSession): Promise<string | undefined> {
  const capabilities = Object.entries(capabilitiesOf(CRASH_USER)).flat();
  const { exitCode, stdout } = await runCeph(session, ['auth', 'get-or-create', CRASH_USER, ...capabilities], {
    answers: [0, OTHER_CAPABILITIES],
  });
  if (exitCode !== 0) return undefined;
  // Parsed by hand, because a message about the shape could carry the key.
  return madeSchema.safeParse(parsed(stdout.toString('utf8'))).data?.[0].key;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
