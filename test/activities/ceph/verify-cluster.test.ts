import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it, vi } from 'vitest';
import { verifyCluster } from '../../../activities/ceph/verify-cluster.ts';
import type { VerifyClusterInput } from '../../../src/contract/ceph-activities.ts';
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
