import { writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logFilesConfig } from '../../src/manifests/log-files.ts';
import { rotateLogs } from '../../worker/rotate-logs.ts';
import { adminSockets, type AdminSockets } from '../builders/admin-socket.ts';
import { objectServer } from '../builders/object-server.ts';
import { aCluster } from '../manifests/a-cluster.ts';

const HOUR = 3_600_000;

describe('log files of daemons', () => {
  let host: AdminSockets;
  let directory: string;
  let clock: number;
  beforeEach(async () => {
    host = await adminSockets();
    directory = join(host.dataDir, 'rook-ceph', 'log');
    await mkdir(directory, { recursive: true });
    clock = Date.now();
  });
  afterEach(() => host.close());

  const look = (logCollector: Record<string, unknown> = { enabled: true }) =>
    rotateLogs({
      kubernetes: objectServer(logFilesConfig('rook-ceph', aCluster({ logCollector }).spec)).kubernetes,
      cluster: 'rook-ceph',
      dataDir: host.dataDir,
      now: () => new Date(clock),
    });
  const files = async () => (await readdir(directory)).toSorted();
  const write = (name: string, content = 'line\n') => writeFile(join(directory, name), content);
  const reopens = (name: string) => ({
    get 'log reopen'() {
      writeFileSync(join(directory, name), '');
      return {};
    },
  });

  it('are rotated at the age that the document says, and the daemon goes on with a new file', async () => {
    await host.listen('ceph-osd.3', reopens('ceph-osd.3.log'));
    await write('ceph-osd.3.log');
    clock += 23 * HOUR;
    expect(await look()).toEqual([]);
    clock += 2 * HOUR;
    expect(await look()).toEqual(['the log file of ceph-osd.3 was rotated']);
    const [current, rotated = ''] = await files();
    expect(current).toBe('ceph-osd.3.log');
    expect(rotated).toMatch(/^ceph-osd\.3\.log\.\d{8}T\d{6}Z$/);
    expect(await readFile(join(directory, rotated), 'utf8')).toBe('line\n');
    expect((await stat(join(directory, 'ceph-osd.3.log'))).size).toBe(0);
    expect(host.asked).toEqual(['ceph-osd.3 log reopen']);
  });

  it('are plain files: a link that somebody planted is neither rotated, nor read, nor written through', async () => {
    const victim = join(host.dataDir, 'disk');
    const untouched = 'what nobody may overwrite';
    await writeFile(victim, untouched);
    const old = ['ceph-osd.3.log.20260101T000000Z', 'ceph-osd.3.log.20260102T000000Z'];
    for (const name of old) await write(name);
    await symlink(victim, join(directory, `${old[0] ?? ''}.part`));
    await symlink(victim, join(directory, 'ceph-osd.4.log'));
    await symlink(victim, join(directory, 'ceph-osd.4.log.20260101T000000Z'));
    await symlink(victim, join(directory, 'ceph-osd.4.log.20260102T000000Z'));
    clock += 100 * HOUR;
    await look();
    expect(await readFile(victim, 'utf8')).toBe(untouched);
    expect(gunzipSync(await readFile(join(directory, `${old[0] ?? ''}.gz`))).toString()).toBe('line\n');
    expect((await files()).filter((name) => name.startsWith('ceph-osd.4'))).toEqual([
      'ceph-osd.4.log',
      'ceph-osd.4.log.20260101T000000Z',
      'ceph-osd.4.log.20260102T000000Z',
    ]);
  });

  it('are rotated again only when that age has passed since the last time', async () => {
    await host.listen('ceph-osd.3', reopens('ceph-osd.3.log'));
    await write('ceph-osd.3.log');
    clock += 25 * HOUR;
    await look();
    await write('ceph-osd.3.log');
    clock += 2 * HOUR;
    expect(await look()).toEqual([]);
    expect(await look({ enabled: true, periodicity: 'hourly' })).toHaveLength(1);
  });

  it('are rotated before that age where they are larger than the document says', async () => {
    await write('ceph-mon.a.log', 'x'.repeat(2000));
    expect(await look({ enabled: true, maxLogSize: '3k' })).toEqual([]);
    expect(await look({ enabled: true, maxLogSize: '2k' })).toHaveLength(1);
  });

  it('are rotated by the defaults where nobody wrote any down: none is left to grow', async () => {
    await write('ceph-mon.a.log');
    clock += 25 * HOUR;
    const { kubernetes } = objectServer();
    const host2 = { kubernetes, cluster: 'rook-ceph', dataDir: host.dataDir, now: () => new Date(clock) };
    expect(await rotateLogs(host2)).toHaveLength(1);
  });

  it('that are empty stay as they are', async () => {
    await write('ceph-mon.a.log', '');
    clock += 800 * HOUR;
    expect(await look()).toEqual([]);
    expect(await files()).toEqual(['ceph-mon.a.log']);
  });

  it('are compressed but for the newest, whole, and seven of them are kept', async () => {
    await host.listen('ceph-osd.3', reopens('ceph-osd.3.log'));
    for (let day = 0; day < 10; day += 1) {
      await write('ceph-osd.3.log', `day ${day}\n`);
      clock += 25 * HOUR;
      expect(await look()).toHaveLength(1);
    }
    const [current, ...rotated] = await files();
    expect(current).toBe('ceph-osd.3.log');
    expect(rotated.map((name) => name.endsWith('.gz'))).toEqual([true, true, true, true, true, true, false]);
    const oldest = gunzipSync(await readFile(join(directory, rotated[0] ?? ''))).toString();
    expect(oldest).toBe('day 3\n');
  });

  it('are opened anew by a daemon that did not hear it the first time', async () => {
    await write('ceph-osd.3.log');
    clock += 25 * HOUR;
    await look();
    expect(await files()).toHaveLength(1);
    await host.listen('ceph-osd.3', reopens('ceph-osd.3.log'));
    expect(await look()).toEqual([]);
    expect(await files()).toContain('ceph-osd.3.log');
  });

  it('of others are left alone, and where there are none nobody is asked', async () => {
    await write('ceph-volume.log');
    await write('notes.log.20260101T000000Z');
    clock += 800 * HOUR;
    const server = objectServer();
    server.refuse(() => true, { status: 403, body: {} });
    const { kubernetes } = server;
    expect(
      await rotateLogs({ kubernetes, cluster: 'rook-ceph', dataDir: host.dataDir, now: () => new Date(clock) }),
    ).toEqual([]);
    expect(await files()).toEqual(['ceph-volume.log', 'notes.log.20260101T000000Z']);
  });
});
