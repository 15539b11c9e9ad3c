import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readClusterState } from '../../../activities/ceph/read-cluster-state.ts';
import type { ClusterState } from '../../../src/contract/ceph-activities.ts';
import { fakeCeph } from './fake-ceph.ts';

const pool = (name: string) => ({ pool: 1, pool_name: name, size: 3, application_metadata: { rbd: {} } });
const POOLS = { full_ratio: 0.95, backfillfull_ratio: 0.9, nearfull_ratio: 0.85, osds: [], pools: [] };

afterEach(() => vi.restoreAllMocks());

describe('a look at a cluster', () => {
  const look = async (rbd: string): Promise<ClusterState> => {
    const { deps } = await fakeCeph({ 'osd dump': { ...POOLS, pools: ['one', 'two', 'three'].map(pool) } }, { rbd });
    return (await new MockActivityEnvironment().run(() =>
      readClusterState(deps, { cluster: 'rook-ceph' }),
    )) as ClusterState;
  };

  it('counts the images of every pool', async () => {
    const state = await look(`case "$*" in *ls*) echo '["i"]' ;; *) echo '{"watchers":[]}' ;; esac`);
    expect(state).toMatchObject({
      reachable: true,
      pools: [{ images: 1 }, { images: 1 }, { images: 1 }],
      findings: [],
    });
  });

  it('ends where no question about data is answered in time, and says what it could not read', async () => {
    let now = 0;
    // Each question takes its whole time, as with no OSD up.
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 15_000));
    const state = await look('exit 1');
    expect(state).toMatchObject({ reachable: true, pools: [{ images: null }, { images: null }, { images: null }] });
    const { findings } = state as Extract<ClusterState, { reachable: true }>;
    expect(findings.map(({ code }) => code)).toContain('NOT_READ');
    expect(findings.at(-1)?.because).toContain('took all the time');
  });
});
