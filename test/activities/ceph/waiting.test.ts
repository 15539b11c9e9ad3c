import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { notUp } from '../../../activities/host/until-osds-up.ts';
import { until } from '../../../activities/ceph/waiting.ts';
import { wantedSettings } from '../../../activities/ceph/wanted-settings.ts';
import { failure } from '../../../src/errors.ts';
import { parseCephCluster } from '../../../src/spec/parse.ts';

const giveUp = (because: string): Error => failure('OSD_NOT_UP', `It did not come up ${because}`);

describe('waiting', () => {
  it('heartbeats what is missing and ends when it is there', async () => {
    const environment = new MockActivityEnvironment();
    const heard: unknown[] = [];
    environment.on('heartbeat', (said: unknown) => heard.push(said));
    let looks = 0;
    const result = await environment.run(() =>
      until<string>({
        timeoutSeconds: 20,
        look: () => Promise.resolve((looks += 1) < 3 ? { waiting: `${looks} of 3` } : { done: 'up' }),
        giveUp,
      }),
    );
    expect(result).toBe('up');
    expect(heard).toEqual(expect.arrayContaining(['1 of 3', '2 of 3']));
  });

  it('gives up in time with what was missing last', async () => {
    const wait = () => until({ timeoutSeconds: 0, look: () => Promise.resolve({ waiting: 'osd.3 is down' }), giveUp });
    await expect(new MockActivityEnvironment().run(wait)).rejects.toMatchObject({
      code: 'OSD_NOT_UP',
      message: expect.stringContaining('osd.3 is down') as string,
    });
  });

  it('takes a command that may pass by itself for not yet, and anything else for the end', async () => {
    let looks = 0;
    const look = (code: 'COMMAND_FAILED' | 'IDENTITY_CONFLICT') => () => {
      looks += 1;
      return looks === 1 ? Promise.reject(failure(code, 'no quorum')) : Promise.resolve({ done: 'yes' });
    };
    const wait = (code: 'COMMAND_FAILED' | 'IDENTITY_CONFLICT') => () =>
      until<string>({ timeoutSeconds: 20, look: look(code), giveUp });
    await expect(new MockActivityEnvironment().run(wait('COMMAND_FAILED'))).resolves.toBe('yes');
    looks = 0;
    await expect(new MockActivityEnvironment().run(wait('IDENTITY_CONFLICT'))).rejects.toMatchObject({
      code: 'IDENTITY_CONFLICT',
    });
  });

  it(
    'has all of its time after an outage of Kubernetes, which is to start what is waited for',
    { timeout: 30_000 },
    async () => {
      const started = performance.now();
      const wait = until<string>;
      const away = () => performance.now() - started < 8_000;
      const look = () =>
        Promise.resolve(performance.now() - started > 10_000 ? { done: 'up' } : { waiting: 'osd.3 is down' });
      const run = (kubernetesIsAway?: () => Promise<boolean>) =>
        new MockActivityEnvironment().run(() => wait({ timeoutSeconds: 6, look, giveUp, kubernetesIsAway }));
      const [told] = await Promise.all([
        run(() => Promise.resolve(away())),
        expect(run()).rejects.toMatchObject({ code: 'OSD_NOT_UP' }),
      ]);
      expect(told).toBe('up');
    },
  );

  it('ends at once when it is cancelled', async () => {
    const environment = new MockActivityEnvironment();
    const run = environment.run(() =>
      until({ timeoutSeconds: 60, look: () => Promise.resolve({ waiting: 'x' }), giveUp }),
    );
    setTimeout(() => environment.cancel(), 100);
    await expect(run).rejects.toThrow(/cancel/i);
  });
});

describe('OSDs that are not up', () => {
  const map = { full_ratio: 0.95, backfillfull_ratio: 0.9, nearfull_ratio: 0.85, pools: [] };

  it('names each with its reason', () => {
    const osds = [
      { osd: 0, uuid: 'u0', up: 1, in: 1 },
      { osd: 1, uuid: 'u1', up: 0, in: 1 },
      { osd: 2, uuid: 'other', up: 1, in: 1 },
    ];
    const planned = [0, 1, 2, 3].map((id) => ({ id, uuid: `u${id}`, node: 'n1' }));
    expect(notUp({ ...map, osds }, planned)).toEqual([
      'osd.1 on n1 is down',
      'osd.2 on n1 has uuid other in the map, not u2',
      'osd.3 on n1 is not in the map',
    ]);
  });

  it('names five of many and counts the rest', () => {
    const planned = Array.from({ length: 40 }, (_, id) => ({ id, uuid: `u${id}`, node: 'n1' }));
    expect(notUp({ ...map, osds: [] }, planned).at(-1)).toBe('and 35 more');
  });
});

describe('settings', () => {
  const spec = parseCephCluster({
    value: {
      apiVersion: 'ceph.rook.io/v1',
      kind: 'CephCluster',
      metadata: { name: 'c', namespace: 'c' },
      spec: {
        cephVersion: { image: 'localhost/ceph:20.2.4' },
        dataDirHostPath: '/var/lib/rook',
        cephConfig: {
          global: { 'mon data avail warn': '5' },
          'osd/class:ssd': { osd_max_backfills: '2' },
          mon: { 'auth allow insecure global id reclaim': 'true' },
        },
      },
    },
  }).spec;

  it('takes values from the document by name, also from a section with a mask', () => {
    const { settings, missing } = wantedSettings(spec, [
      'global/mon data avail warn',
      'osd/class:ssd/osd_max_backfills',
      'global/gone',
    ]);
    expect(settings.slice(0, 2)).toEqual([
      { who: 'global', option: 'mon data avail warn', value: '5' },
      { who: 'osd/class:ssd', option: 'osd_max_backfills', value: '2' },
    ]);
    expect(missing).toEqual(['global/gone']);
  });

  it('switches the insecure way to take over ids off, unless the document says otherwise', () => {
    const option = 'auth_allow_insecure_global_id_reclaim';
    expect(wantedSettings(spec, []).settings).toEqual([{ who: 'mon', option, value: 'false' }]);
    const asked = wantedSettings(spec, ['mon/auth allow insecure global id reclaim']).settings;
    expect(asked.map(({ value }) => value)).toEqual(['true']);
  });
});
