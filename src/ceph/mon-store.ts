import { copyFile, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { CephflowError } from '../errors.ts';
import { runProgram } from './command.ts';
import { readMonmap, type Monmap } from './monmap.ts';

/** A store that is being made, beside its final place and with its cluster in the name: it is ours to remove after a kill. */
export const unfinishedStore = (store: string, fsid: string): string => `${store}.${fsid}.new`;

const UNFINISHED = /^data\.([0-9a-f-]{36})\.new$/;

/** Which clusters have an unfinished store beside this place. */
export async function unfinishedFsids(store: string): Promise<string[]> {
  const names = await readdir(dirname(store)).catch(absentIsEmpty);
  return names.flatMap((name) => UNFINISHED.exec(name)?.[1] ?? []);
}

/** Reads the monmap out of a store that no mon has open. Writes into the store (its database opens), so only for one that is ours. */
export async function extractMonmap(mon: string, store: string): Promise<Monmap> {
  const directory = await mkdtemp(join(tmpdir(), 'monmap-'));
  try {
    const conf = join(directory, 'ceph.conf');
    const map = join(directory, 'monmap');
    await writeFile(conf, '[global]\n');
    await runProgram({
      program: 'ceph-mon',
      args: ['--conf', conf, '-i', mon, '--mon-data', store, '--log-to-file=false', '--extract-monmap', map],
      title: 'ceph-mon --extract-monmap',
      timeoutSeconds: 60,
    });
    return await readMonmap(map);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Which cluster a mon store belongs to, without touching it, also while its mon runs: looks into a copy that shares the store's
 * unchanging table files by link. `null` where it cannot be told.
 */
export async function lookIntoMonStore(store: string): Promise<Monmap | null> {
  const directory = await mkdtemp(join(tmpdir(), 'mon-look-'));
  try {
    await linkStore(store, directory);
    return await extractMonmap(basename(dirname(store)).replace(/^mon-/, ''), directory);
  } catch (error) {
    // Half made, damaged, or compacted away while it was copied: all of it means that nobody can tell.
    if (isUnreadable(error)) return null;
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const isUnreadable = (error: unknown): boolean =>
  (error instanceof CephflowError && error.code === 'COMMAND_FAILED') || isAbsent(error);

async function linkStore(store: string, copy: string): Promise<void> {
  await mkdir(join(copy, 'store.db'));
  for (const name of ['kv_backend', 'min_mon_release'])
    await copyFile(join(store, name), join(copy, name)).catch((error: unknown) => ignoreAbsent(error));
  for (const name of await readdir(join(store, 'store.db'))) {
    const [from, to] = [join(store, 'store.db', name), join(copy, 'store.db', name)];
    if (name.endsWith('.sst')) await symlink(from, to);
    else if (name !== 'LOCK' && !name.startsWith('LOG')) await copyFile(from, to).catch(ignoreAbsent);
  }
}

const isAbsent = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
};

function ignoreAbsent(error: unknown): void {
  if (!isAbsent(error)) throw error;
}

function absentIsEmpty(error: unknown): string[] {
  if (isAbsent(error)) return [];
  throw error;
}

/** `absent` and `empty` are free to be used, `filled` holds something. */
export async function placeOf(directory: string): Promise<'absent' | 'empty' | 'filled'> {
  const there = await stat(directory).catch((error: unknown) => ignoreAbsent(error));
  if (there === undefined) return 'absent';
  return (await readdir(directory)).length === 0 ? 'empty' : 'filled';
}

const TRY_LOCK = `
import fcntl, sys
with open(sys.argv[1], "r+") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(9)
`;
const LOCKED = 9;

/**
 * Whether a process has the store open, on this host in whichever container: tries the lock that the database holds while it is open,
 * and lets go of it at once. In Python, which every Ceph image has, because Node has no such locks.
 */
export async function isStoreOpen(store: string): Promise<boolean> {
  const lock = join(store, 'store.db', 'LOCK');
  if ((await stat(lock).catch((error: unknown) => ignoreAbsent(error))) === undefined) return false;
  const call = { program: 'python3', args: ['-c', TRY_LOCK, lock], title: "the try of the mon store's lock" };
  return (await runProgram({ ...call, timeoutSeconds: 30, answers: [0, LOCKED] })).exitCode === LOCKED;
}
