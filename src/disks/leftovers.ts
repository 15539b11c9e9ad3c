import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leftover } from '../contract/host.ts';
import { listNames } from './kernel-files.ts';

export interface LeftoversRequest {
  /** The document's `dataDirHostPath`, as mounted here. */
  dataDir: string;
  namespace: string;
  /** Fsid in the monmap of a stopped mon's store, read without starting it; `null` where it cannot be read. */
  readMonFsid: (monDataDir: string) => Promise<string | null>;
}

const OSD_DIRECTORY = /^([0-9a-f-]{36})_([0-9a-f-]{36})$/;
/** A directory whose removal was killed, with its cluster in the name; see activities/host/remove-host-directories.ts. */
const DOOMED = /^\.cephflow-removing-([0-9a-f-]{36})-(.+)$/;

const isThere = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;

const isDirectory = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false;

async function readMonStores({ dataDir, readMonFsid }: LeftoversRequest): Promise<Leftover[]> {
  const stores: Leftover[] = [];
  for (const directory of (await listNames(dataDir)).filter((name) => name.startsWith('mon-'))) {
    const path = join(dataDir, directory);
    if (!(await isDirectory(path))) continue;
    const data = join(path, 'data');
    const cephFsid = await readMonFsid(data);
    // A mon's mkfs answers 0 also when it failed before: only the keyring and a readable monmap tell that it was completed.
    const complete = cephFsid !== null && (await isThere(join(data, 'keyring')));
    stores.push({ kind: 'mon-store', path, cephFsid, name: directory.slice('mon-'.length), complete });
  }
  return stores;
}

async function readClusterDirectory({ dataDir, namespace }: LeftoversRequest): Promise<Leftover[]> {
  const path = join(dataDir, namespace);
  if (!(await isDirectory(path))) return [];
  const osds: Leftover[] = [];
  for (const directory of await listNames(path)) {
    const [, cephFsid = null, osdUuid] = OSD_DIRECTORY.exec(directory) ?? [];
    if (!osdUuid) continue;
    osds.push({ kind: 'osd-directory', path: join(path, directory), cephFsid, name: osdUuid, complete: false });
  }
  const fsids = new Set(osds.map(({ cephFsid }) => cephFsid));
  const [cephFsid = null] = fsids.size === 1 ? fsids : [];
  return [{ kind: 'cluster-directory', path, cephFsid, name: namespace, complete: false }, ...osds];
}

async function readDoomed({ dataDir }: LeftoversRequest): Promise<Leftover[]> {
  return (await listNames(dataDir)).flatMap((directory): Leftover[] => {
    const [, cephFsid = null, name] = DOOMED.exec(directory) ?? [];
    const path = join(dataDir, directory);
    return name === undefined ? [] : [{ kind: 'cluster-directory', path, cephFsid, name, complete: false }];
  });
}

/**
 * What Ceph clusters left in a host's data directory: mon stores, this namespace's directory and the OSD directories in it, and what a
 * killed removal left (it may hold a mon's keys).
 */
export async function readLeftovers(request: LeftoversRequest): Promise<Leftover[]> {
  const looks = await Promise.all([readMonStores(request), readClusterDirectory(request), readDoomed(request)]);
  return looks.flat();
}
