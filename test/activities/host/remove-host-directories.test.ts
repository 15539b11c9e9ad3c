import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentDeps } from '../../../activities/ceph/agent-deps.ts';
import { removeHostDirectories } from '../../../activities/host/remove-host-directories.ts';
import type { RemovedDirectories } from '../../../src/contract/ceph-activities.ts';
import { fakeAgent, fakePrograms } from '../fake-agent.ts';

const OURS = '0602e350-10af-47d0-ac91-191d1b22d3d8';
const THEIRS = '99999999-0000-4000-8000-000000000000';
const OSD = 'aaaaaaaa-0000-4000-8000-000000000001';

let deps: AgentDeps;
let dataDir: string;
let holder: ChildProcess | undefined;

/** A mon store whose fsid the stand-ins of ceph-mon and monmaptool read from a file. */
async function monStore(mon: string, fsid: string | null): Promise<string> {
  const store = join(dataDir, `mon-${mon}`, 'data');
  await mkdir(join(store, 'store.db'), { recursive: true });
  await writeFile(join(store, 'store.db', 'LOCK'), '');
  if (fsid !== null) await writeFile(join(store, 'store.db', 'CURRENT'), fsid);
  return store;
}

const remove = async (mons: string[], fsid = OURS): Promise<RemovedDirectories> => {
  const input = { cluster: 'rook-ceph', fsid, dataDir, mons };
  return (await new MockActivityEnvironment().run(() => removeHostDirectories(deps, input))) as RemovedDirectories;
};

beforeEach(async () => {
  const agent = await fakeAgent();
  deps = agent.deps;
  dataDir = join(agent.root, 'rook');
  await mkdir(dataDir);
  await fakePrograms(agent.root, {
    'ceph-mon':
      'while [ $# -gt 1 ]; do case $1 in --mon-data) store=$2 ;; --extract-monmap) map=$2 ;; esac; shift; done; cat "$store/store.db/CURRENT" > "$map"',
    monmaptool: 'echo "fsid $(cat "$2")"; echo "0: v2:10.0.0.1:3300/0 mon.a"',
  });
});

afterEach(() => {
  holder?.kill('SIGKILL');
});

describe('directories of a cluster', () => {
  it('are removed with everything in them, and a second call says that they were gone', async () => {
    await monStore('a', OURS);
    await mkdir(join(dataDir, 'rook-ceph', `${OURS}_${OSD}`), { recursive: true });
    await mkdir(join(dataDir, 'rook-ceph', 'log'), { recursive: true });
    const { removed, already } = await remove(['a']);
    expect([removed.map((path) => path.slice(dataDir.length)), already]).toEqual([['/mon-a', '/rook-ceph'], false]);
    expect(await readdir(dataDir)).toEqual([]);
    expect(await remove(['a'])).toEqual({ removed: [], already: true });
  });

  it('keep the store of another cluster, and every store beside it', async () => {
    await monStore('a', OURS);
    await monStore('b', THEIRS);
    await expect(remove(['a', 'b'])).rejects.toMatchObject({ code: 'STALE_STATE' });
    expect(await readdir(dataDir)).toEqual(['mon-a', 'mon-b']);
  });

  it('keep a store that cannot be attributed', async () => {
    await monStore('a', null);
    await expect(remove(['a'])).rejects.toMatchObject({ code: 'STALE_STATE' });
    expect(await readdir(dataDir)).toEqual(['mon-a']);
  });

  it('keep a store that a mon has open', async () => {
    const lock = join(await monStore('a', OURS), 'store.db', 'LOCK');
    const script =
      'import fcntl,sys,time\nf=open(sys.argv[1],"r+")\nfcntl.lockf(f,fcntl.LOCK_EX)\nprint("held",flush=True)\ntime.sleep(60)';
    holder = spawn('python3', ['-c', script, lock], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (holder.stdout) await once(holder.stdout, 'data');
    await expect(remove(['a'])).rejects.toMatchObject({ code: 'STILL_RUNNING' });
    expect(await readdir(dataDir)).toEqual(['mon-a']);
  });

  it('keep what is not of this cluster in the directory of the namespace', async () => {
    await mkdir(join(dataDir, 'rook-ceph', `${THEIRS}_${OSD}`), { recursive: true });
    await expect(remove([])).rejects.toMatchObject({ code: 'STALE_STATE' });
    expect(await readdir(join(dataDir, 'rook-ceph'))).toEqual([`${THEIRS}_${OSD}`]);
  });

  it('never touch mons that were not named, or other files', async () => {
    await monStore('b', OURS);
    await writeFile(join(dataDir, 'notes.txt'), 'mine');
    await remove(['a']);
    expect(await readdir(dataDir)).toEqual(['mon-b', 'notes.txt']);
  });

  it('end a removal that was killed, by the name that it left', async () => {
    await mkdir(join(dataDir, `.cephflow-removing-${OURS}-mon-a`, 'data'), { recursive: true });
    await mkdir(join(dataDir, `.cephflow-removing-${THEIRS}-mon-a`), { recursive: true });
    expect((await remove(['a'])).removed).toHaveLength(1);
    expect(await readdir(dataDir)).toEqual([`.cephflow-removing-${THEIRS}-mon-a`]);
  });

  it('remove a store that was being made for this cluster', async () => {
    await mkdir(join(dataDir, 'mon-a', `data.${OURS}.new`), { recursive: true });
    await remove(['a']);
    expect(await readdir(dataDir)).toEqual([]);
  });
});
