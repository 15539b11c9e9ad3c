import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readAdminSockets } from '../../src/ceph/admin-socket.ts';
import { isStoreOpen, lookIntoMonStore, placeOf, unfinishedFsids } from '../../src/ceph/mon-store.ts';
import type { RemovedDirectories, RemoveHostDirectoriesInput } from '../../src/contract/ceph-activities.ts';
import { failure } from '../../src/errors.ts';
import { hostPaths } from '../../src/manifests/names.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { whileHeartbeating } from '../ceph/waiting.ts';

/**
 * Removes what this cluster left in the host's data directory: stores of the named mons that are proven its own, and the directory of
 * its namespace. Reads back that they are gone. A store that a mon has open, or of another cluster, stops it before anything is
 * removed there. A directory is renamed before it is emptied, so that a killed removal is found and ended by the next call.
 */
export async function removeHostDirectories(
  deps: AgentDeps,
  input: RemoveHostDirectoriesInput,
): Promise<RemovedDirectories> {
  const removed = await whileHeartbeating(
    () => `removing directories on ${deps.host.node}`,
    async () => [
      ...(await endKilledRemovals(input)),
      ...(await removeMonStores(deps, input)),
      ...(await removeClusterDirectory(deps, input)),
    ],
  );
  await removeDeadSockets(input);
  return { removed, already: removed.length === 0 };
}

const doomedName = (fsid: string, name: string): string => `.cephflow-removing-${fsid}-${name}`;

async function endKilledRemovals({ dataDir, fsid }: RemoveHostDirectoriesInput): Promise<string[]> {
  const names = (await readdir(dataDir)).filter((name) => name.startsWith(doomedName(fsid, '')));
  for (const name of names) await rm(join(dataDir, name), { recursive: true });
  return names.map((name) => join(dataDir, name));
}

/** From the rename on the directory carries the proof of its owner in its name. */
export async function removeProven(path: string, fsid: string, name: string): Promise<void> {
  const doomed = join(dirname(path), doomedName(fsid, name));
  await rename(path, doomed);
  await rm(doomed, { recursive: true });
  if ((await placeOf(path)) !== 'absent' || (await placeOf(doomed)) !== 'absent')
    throw failure('STILL_RUNNING', `The directory ${path} came back while it was removed`);
}

async function removeMonStores(deps: AgentDeps, input: RemoveHostDirectoriesInput): Promise<string[]> {
  const stores = input.mons.map((mon) => ({ mon, store: hostPaths(input.dataDir, input.cluster).monData(mon) }));
  const owned: { mon: string; path: string }[] = [];
  for (const { mon, store } of stores) {
    if ((await placeOf(dirname(store))) === 'absent') continue;
    await requireOwnAndClosed(deps, { store, mon, fsid: input.fsid });
    owned.push({ mon, path: dirname(store) });
  }
  for (const { mon, path } of owned) await removeProven(path, input.fsid, `mon-${mon}`);
  return owned.map(({ path }) => path);
}

async function requireOwnAndClosed(
  { host }: AgentDeps,
  { store, mon, fsid }: { store: string; mon: string; fsid: string },
): Promise<void> {
  const where = `The store of mon.${mon} on ${host.node} (${store})`;
  if (await isStoreOpen(store)) throw failure('STILL_RUNNING', `${where} is open in a running mon`);
  const foreign = (await unfinishedFsids(store)).find((unfinished) => unfinished !== fsid);
  if (foreign !== undefined)
    throw failure('STALE_STATE', `${where} has a half-made store of cluster ${foreign} beside it`);
  if ((await placeOf(store)) !== 'filled') return;
  const belongsTo = (await lookIntoMonStore(store))?.fsid;
  if (belongsTo !== fsid)
    throw failure('STALE_STATE', `${where} belongs to ${belongsTo ?? 'a cluster that cannot be told'}, not to ${fsid}`);
}

const KNOWN = /^(log|crash|client\.admin\.keyring|.*\.config)$/;
const OSD_DIRECTORY = /^([0-9a-f-]{36})_[0-9a-f-]{36}$/;

async function removeClusterDirectory(
  { host }: AgentDeps,
  { dataDir, cluster, fsid }: RemoveHostDirectoriesInput,
): Promise<string[]> {
  const path = join(dataDir, cluster);
  if ((await placeOf(path)) === 'absent') return [];
  const others = (await readdir(path)).filter((name) => !KNOWN.test(name) && OSD_DIRECTORY.exec(name)?.[1] !== fsid);
  if (others.length > 0)
    throw failure(
      'STALE_STATE',
      `The directory ${path} on ${host.node} holds what is not of cluster ${fsid}: ${others.sort().slice(0, 3).join(', ')}`,
    );
  await removeProven(path, fsid, cluster);
  return [path];
}

/** Socket files of daemons that have ended; the directory may be shared with another cluster, whose live ones stay. */
async function removeDeadSockets({ dataDir, cluster }: RemoveHostDirectoriesInput): Promise<void> {
  const { sockets: directory } = hostPaths(dataDir, cluster);
  for (const { path, alive } of await readAdminSockets(directory)) if (!alive) await rm(path, { force: true });
  if ((await placeOf(directory)) === 'empty') await rmdir(directory);
}
