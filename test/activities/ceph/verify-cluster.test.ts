import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it, vi } from 'vitest';
import { verifyCluster } from '../../../activities/ceph/verify-cluster.ts';
import type { VerifiedCluster, VerifyClusterInput } from '../../../src/contract/ceph-activities.ts';
import { fakeCeph } from './fake-ceph.ts';

const input: VerifyClusterInput = {
  cluster: 'rook-ceph',
  operation: 'bootstrap',
  mons: ['a'],
  osds: [],
  version: '20.2.4',
  ciphers: { allowed: ['aes256k'], preferred: 'aes256k' },
  io: { objects: 1, objectBytes: 16 },
};

/** Keeps one object; slow enough to be cancelled in the middle. */
const RADOS = 'sleep 1; case "$*" in *put*) cat > "$0.object" ;; *get*) cat "$0.object" ;; esac';

describe('the proof by real I/O', () => {
  it('takes its pool and its permission to delete away again where it is cancelled in the middle', async () => {
    const { deps, calls } = await fakeCeph({}, { rados: RADOS });
    const environment = new MockActivityEnvironment();
    const ended = environment.run(() => verifyCluster(deps, input)).catch((error: unknown) => error);
    await vi.waitFor(async () => expect((await calls()).join('\n')).toMatch(/rados .* put/), { timeout: 10_000 });
    environment.cancel();
    await ended;
    const done = await calls();
    expect(done.some((call) => call.includes('config set mon mon_allow_pool_delete true'))).toBe(true);
    expect(done.some((call) => call.includes('osd pool rm cephflow-verify'))).toBe(true);
    const switched = done.filter((call) => /config (set|rm) mon mon_allow_pool_delete/.test(call));
    expect(switched.at(-1)).toContain('config rm');
  });
});

describe('the proof that the parts are as planned', () => {
  const osd = {
    node: 'n1',
    path: '/dev/sdb',
    diskId: 'serial:1',
    sizeBytes: 1,
    osdUuid: 'u1',
    crushRoot: 'default',
    crushLocation: [],
  };
  const OUT = {
    'osd dump': {
      full_ratio: 0.95,
      backfillfull_ratio: 0.9,
      nearfull_ratio: 0.85,
      pools: [],
      osds: [{ osd: 0, uuid: 'u1', up: 1, in: 0, up_from: 5 }],
    },
    'osd tree': {
      nodes: [
        { id: -1, name: 'default', type: 'root', children: [0] },
        { id: 0, name: 'osd.0', type: 'osd' },
      ],
    },
  };
  const verify = async (answers: Record<string, unknown>, changes: Partial<VerifyClusterInput>) => {
    const { deps } = await fakeCeph(answers, {});
    return new MockActivityEnvironment().run(() =>
      verifyCluster(deps, { ...input, io: null, timeoutSeconds: 0, ...changes }),
    ) as Promise<VerifiedCluster>;
  };

  it('misses a standby mgr', async () => {
    await expect(verify({}, { mgrs: ['a', 'b'] })).rejects.toMatchObject({
      code: 'UNHEALTHY',
      message: expect.stringContaining('mgr.b is neither active nor standby'),
    });
    const both = { 'mgr dump': { available: true, active_name: 'a', standbys: [{ name: 'b' }] } };
    await expect(verify(both, { mgrs: ['a', 'b'] })).resolves.toMatchObject({ activeMgr: 'a' });
  });

  it('wants an OSD in that was made now, not one that somebody set out before', async () => {
    await expect(verify(OUT, { osds: [osd], newOsds: ['u1'] })).rejects.toMatchObject({
      message: expect.stringContaining('osd.0 (n1:/dev/sdb) is out'),
    });
    await expect(verify(OUT, { osds: [osd], newOsds: [] })).resolves.toMatchObject({ osds: [{ id: 0 }] });
  });

  it('marks the pool of the mgr that nobody marked, before Ceph warns of it, and no other pool', async () => {
    const pools = [
      { pool: 1, pool_name: '.mgr', size: 3, application_metadata: {} },
      { pool: 2, pool_name: 'theirs', size: 3, application_metadata: {} },
    ];
    const { deps, calls } = await fakeCeph(
      { 'osd dump': { ...OUT['osd dump'], osds: [], pools }, 'health detail': { status: 'HEALTH_OK', checks: {} } },
      {},
    );
    await new MockActivityEnvironment()
      .run(() => verifyCluster(deps, { ...input, io: null, timeoutSeconds: 0 }))
      .catch(() => {});
    expect((await calls()).filter((call) => call.includes('application enable'))).toEqual([
      expect.stringContaining('osd pool application enable .mgr mgr'),
    ]);
  });

  it('answers with the daemons of each version, counted', async () => {
    await expect(verify({}, {})).resolves.toMatchObject({ versions: { mon: { '20.2.4': 1 } } });
  });
});
