import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { readSettledLayout } from '../../../activities/osds/read-settled-layout.ts';
import type { ClusterLayout } from '../../../src/contract/cluster-layout.ts';
import { fakeCeph } from '../ceph/fake-ceph.ts';

const DUMP = {
  ...{ full_ratio: 0.95, backfillfull_ratio: 0.9, nearfull_ratio: 0.85, pools: [] },
  osds: [{ osd: 7, uuid: 'u7', up: 1, in: 1, up_from: 5, state: ['exists', 'up'] }],
};
const status = (state: string, degraded: number) => ({
  osdmap: {},
  pgmap: { num_pgs: 1, pgs_by_state: [{ state_name: state, count: 1 }], degraded_objects: degraded },
});
/** A client's writes while data moves: twice with copies missing, then clean. */
const CEPH = `while read -r words; do
  case "$words" in
    "osd dump") echo '${JSON.stringify(DUMP)}' ;;
    "osd crush rule dump") echo '[]' ;;
    status)
      echo x >> "$0.looks"
      [ $(wc -l < "$0.looks") -gt 2 ] && echo '${JSON.stringify(status('active+clean', 0))}' || echo '${JSON.stringify(status('active+recovery_wait+degraded', 6))}' ;;
    *) echo '{"nodes":[]}' ;;
  esac
done`;

describe('the look where data lies', () => {
  const look = async (input: { osd?: number }): Promise<ClusterLayout> => {
    const { deps } = await fakeCeph({}, { ceph: CEPH });
    return (await new MockActivityEnvironment().run(() =>
      readSettledLayout(deps, { cluster: 'rook-ceph', ...input }),
    )) as ClusterLayout;
  };

  it('waits for copies that are being restored where they would keep an OSD from going', async () => {
    expect((await look({ osd: 7 })).pgs.degraded).toBe(0);
  });

  it('tells of them at once otherwise', async () => {
    expect((await look({})).pgs.degraded).toBe(6);
  });
});
