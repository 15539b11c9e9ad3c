import { readSecret } from '../../src/ceph/cluster-store.ts';
import { keyOf } from '../../src/ceph/keyring.ts';
import { failure } from '../../src/errors.ts';
import type { CephUser } from '../../src/manifests/keyring.ts';
import { mgrKeyringName } from '../../src/manifests/names.ts';
import type { AgentDeps } from './agent-deps.ts';

/** Keys of the mgrs as the Secrets hold them, for the mons to know. */
export const readMgrKeyrings = (deps: AgentDeps, cluster: string, mgrs: string[]): Promise<CephUser[]> =>
  Promise.all(mgrs.map((mgr) => readMgrKeyring(deps, cluster, mgr)));

async function readMgrKeyring({ kubernetes }: AgentDeps, cluster: string, mgr: string): Promise<CephUser> {
  const entity = `mgr.${mgr}`;
  const name = mgrKeyringName(mgr);
  const key = keyOf((await readSecret(kubernetes, cluster, name))?.keyring ?? '', entity);
  if (key === undefined) throw failure('IDENTITY_CONFLICT', `The Secret ${name} of ${cluster} has no key of ${entity}`);
  return { entity, key };
}
