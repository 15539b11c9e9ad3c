import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { untilSafeToDestroy } from '../../../activities/osds/until-safe-to-destroy.ts';
import { withTimeShares, type TimeShares } from '../../../src/time-shares.ts';
import { fakeCeph } from '../ceph/fake-ceph.ts';

const OSD = { id: 7, uuid: 'u7' };
const DUMP = {
  full_ratio: 0.95,
  backfillfull_ratio: 0.9,
  nearfull_ratio: 0.85,
  pools: [],
  osds: [{ osd: 7, uuid: 'u7', up: 1, in: 0 }],
};
const STATUS = { osdmap: {}, pgmap: { num_pgs: 1, pgs_by_state: [{ state_name: 'active+clean', count: 1 }] } };
const SAFE = { safe_to_destroy: [7], active: [], missing_stats: [], stored_pgs: [] };

/** How often Ceph says that data rests on it. */
const BUSY_LOOKS = 2;
const EMPTYING = `case "$*" in
  *safe-to-destroy*)
    echo x >> "$0.looks"
    [ $(wc -l < "$0.looks") -gt ${BUSY_LOOKS} ] || exit 16
    echo '${JSON.stringify(SAFE)}' ;;
  *)
    while read -r words; do
      case "$words" in
        "osd dump") echo '${JSON.stringify(DUMP)}' ;;
        "osd tree") echo '{"nodes":[]}' ;;
        *) echo '${JSON.stringify(STATUS)}' ;;
      esac
    done ;;
esac`;

describe('the wait until an OSD may be destroyed', () => {
  it("ends when Ceph itself says so, and its time is Ceph's", { timeout: 40_000 }, async () => {
    const { deps } = await fakeCeph({}, { ceph: EMPTYING });
    let took: TimeShares | undefined;
    const emptied = await new MockActivityEnvironment().run(() =>
      withTimeShares(
        () => untilSafeToDestroy(deps, { cluster: 'rook-ceph', osd: OSD }),
        (seconds) => (took = seconds),
      ),
    );
    expect(emptied).toEqual({ already: false, wentDown: false });
    expect(took?.ceph).toBeGreaterThan(2 * BUSY_LOOKS);
    expect(took?.own).toBeLessThan(BUSY_LOOKS);
  });
});
