import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { untilOsdsUp } from '../../../activities/host/until-osds-up.ts';
import { fakeCeph } from '../ceph/fake-ceph.ts';

const RATIOS = { full_ratio: 0.95, backfillfull_ratio: 0.9, nearfull_ratio: 0.85, pools: [] };
const osds = [{ id: 3, uuid: 'u3', node: 'n1' }];
const map = (up: number, uuid = 'u3') => ({
  'osd dump': { ...RATIOS, osds: [{ osd: 3, uuid, up, in: 1, up_from: 5 }] },
});

describe('the wait for the OSDs of a host', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  const wait = async (state: string, answers: Record<string, unknown>, timeoutSeconds = 0) => {
    const { deps, calls } = await fakeCeph(answers, {});
    const dataDir = join(deps.cephDir, 'rook');
    const sockets = join(dataDir, 'exporter');
    await mkdir(sockets, { recursive: true });
    const answer = Buffer.from(`\0\0\0\x20{"state": "${state}"}`);
    server = createServer((socket) => socket.on('data', () => socket.end(answer)));
    await new Promise<void>((resolve) => server?.listen(join(sockets, 'ceph-osd.3.asok'), resolve));
    const ended = new MockActivityEnvironment().run(() =>
      untilOsdsUp(deps, { cluster: 'rook-ceph', dataDir, osds, timeoutSeconds }),
    );
    const outcome = await ended.catch((error: unknown) => error);
    return { outcome, looks: (await calls()).filter((call) => call.includes('osd dump')).length };
  };

  it("ends by the map's word, not by the OSD's own", async () => {
    expect((await wait('active', map(1))).outcome).toEqual({ up: [3] });
    expect((await wait('active', map(0))).outcome).toMatchObject({ code: 'OSD_NOT_UP' });
    expect((await wait('active', map(1, 'another'))).outcome).toMatchObject({ code: 'OSD_NOT_UP' });
  });

  it('ends also where the socket says nothing of it', async () => {
    expect((await wait('booting', map(1))).outcome).toEqual({ up: [3] });
  });

  it('does not take the time of a booting OSD for asking Ceph again and again', async () => {
    const { outcome, looks } = await wait('booting', map(0), 3);
    expect(outcome).toMatchObject({ code: 'OSD_NOT_UP', message: expect.stringContaining('osd.3 on n1 is down') });
    expect(looks).toBe(1);
  });
});
