import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLeftovers } from '../../src/disks/leftovers.ts';
import { CEPH_FSID, FOREIGN_FSID, OSD_UUID } from './label-bytes.ts';

describe('leftovers of clusters on a host', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'cephflow-leftovers-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  const read = (fsids: Record<string, string> = {}) =>
    readLeftovers({ dataDir, namespace: 'rook-ceph', readMonFsid: async (path) => fsids[path] ?? null });

  it('are none in an empty or absent data directory', async () => {
    expect(await read()).toEqual([]);
    rmSync(dataDir, { recursive: true });
    expect(await read()).toEqual([]);
    mkdirSync(dataDir);
  });

  it('tell each mon store, its cluster, and whether it was completed', async () => {
    const data = (mon: string): string => join(dataDir, mon, 'data');
    for (const mon of ['mon-a', 'mon-b', 'mon-c']) mkdirSync(data(mon), { recursive: true });
    writeFileSync(join(data('mon-a'), 'keyring'), 'k');
    writeFileSync(join(data('mon-c'), 'keyring'), 'k');
    const found = await read({ [data('mon-a')]: CEPH_FSID, [data('mon-b')]: FOREIGN_FSID });
    expect(found.map(({ kind, name, cephFsid, complete }) => [kind, name, cephFsid, complete])).toEqual([
      ['mon-store', 'a', CEPH_FSID, true],
      ['mon-store', 'b', FOREIGN_FSID, false],
      ['mon-store', 'c', null, false],
    ]);
  });

  it('tell a directory whose removal was killed, by the cluster in its name: it may hold the keys of a mon', async () => {
    const killed = `.cephflow-removing-${CEPH_FSID}-mon-a`;
    mkdirSync(join(dataDir, killed));
    mkdirSync(join(dataDir, '.cephflow-removing-something-else'));
    expect(await read()).toEqual([
      { kind: 'cluster-directory', path: join(dataDir, killed), cephFsid: CEPH_FSID, name: 'mon-a', complete: false },
    ]);
  });

  it('tell OSD directories, and the cluster of the directory only where they agree', async () => {
    const directory = join(dataDir, 'rook-ceph');
    mkdirSync(join(directory, `${CEPH_FSID}_${OSD_UUID}`), { recursive: true });
    mkdirSync(join(directory, 'log'));
    expect(await read()).toEqual([
      { kind: 'cluster-directory', path: directory, cephFsid: CEPH_FSID, name: 'rook-ceph', complete: false },
      {
        kind: 'osd-directory',
        path: join(directory, `${CEPH_FSID}_${OSD_UUID}`),
        cephFsid: CEPH_FSID,
        name: OSD_UUID,
        complete: false,
      },
    ]);
    mkdirSync(join(directory, `${FOREIGN_FSID}_${OSD_UUID}`));
    expect((await read())[0]).toMatchObject({ kind: 'cluster-directory', cephFsid: null });
  });
});
