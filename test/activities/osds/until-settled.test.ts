import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { untilOsdsIn } from '../../../activities/osds/until-osds-in.ts';
import { untilSettled } from '../../../activities/osds/until-settled.ts';
import type { PlannedOsd } from '../../../src/contract/bootstrap.ts';
import { withTimeShares, type TimeShares } from '../../../src/time-shares.ts';
import { fakeCeph } from '../ceph/fake-ceph.ts';

const CLUSTER = 'rook-ceph';

const status = (state: string, misplaced: number): string =>
  JSON.stringify({
    osdmap: { num_remapped_pgs: misplaced },
    pgmap: { num_pgs: 1, pgs_by_state: [{ state_name: state, count: 1 }], misplaced_objects: misplaced },
  });

/** Clean for the first looks, as Ceph says right after a change; then data moves; then it is clean. */
const CLEAN_LOOKS = 2;
const MOVING_LOOKS = 3;
const TURNING = `echo x >> "$0.looks"
n=$(wc -l < "$0.looks")
if [ $n -gt ${CLEAN_LOOKS} ] && [ $n -le ${CLEAN_LOOKS + MOVING_LOOKS} ]
then echo '${status('active+remapped+backfilling', 7)}'
else echo '${status('active+clean', 0)}'
fi`;

describe('the wait until data has moved', () => {
  it('is not ended by the clean state that Ceph shows right after a change', { timeout: 40_000 }, async () => {
    const { deps, calls } = await fakeCeph({}, { ceph: TURNING });
    const told: string[] = [];
    const environment = new MockActivityEnvironment();
    environment.on('heartbeat', (sentence: string) => told.push(sentence));
    let took: TimeShares | undefined;
    const settled = await environment.run(() =>
      withTimeShares(
        () => untilSettled(deps, { cluster: CLUSTER }),
        (seconds) => (took = seconds),
      ),
    );
    // The moving data is waited for, two seconds a look: that is not cephflow's own time.
    expect(took?.own).toBeLessThan(MOVING_LOOKS);
    expect(settled).toMatchObject({ pgs: 1, misplaced: 0 });
    expect(told.join()).toContain('7 are not in their place');
    expect((await calls()).length).toBeGreaterThan(CLEAN_LOOKS + MOVING_LOOKS);
  });
});

describe('the wait until new OSDs serve', () => {
  const osd: PlannedOsd = {
    node: 'n1',
    path: '/dev/sdb',
    diskId: 'serial:1',
    sizeBytes: 1,
    osdUuid: 'u1',
    crushRoot: 'default',
    crushLocation: ['host=n1'],
  };
  const mapOf = (inside: 0 | 1) => ({
    full_ratio: 0.95,
    backfillfull_ratio: 0.9,
    nearfull_ratio: 0.85,
    pools: [],
    osds: [
      { osd: 3, uuid: 'other', up: 1, in: 1 },
      { osd: 7, uuid: 'u1', up: 1, in: inside },
    ],
  });
  const tree = (host: string) => ({
    nodes: [
      { id: -1, name: 'default', type: 'root', children: [-2] },
      { id: -2, name: host, type: 'host', children: [7] },
      { id: 7, name: 'osd.7', type: 'osd' },
    ],
  });
  const wait = async (dump: object, osdTree: object) => {
    const { deps } = await fakeCeph({ 'osd dump': dump, 'osd tree': osdTree }, {});
    return new MockActivityEnvironment().run(() =>
      untilOsdsIn(deps, { cluster: CLUSTER, osds: [osd], timeoutSeconds: 0 }),
    );
  };

  it('ends with the id that the map has for the uuid', async () => {
    expect(await wait(mapOf(1), tree('n1'))).toEqual({ osds: [{ id: 7, uuid: 'u1' }] });
  });

  it.each([
    ['is out', mapOf(0), tree('n1'), /osd\.7 .* is out/],
    ['stands below another host', mapOf(1), tree('n2'), /not at host=n1/],
  ])('fails with what is otherwise where one %s', async (_, dump, osdTree, sentence) => {
    await expect(wait(dump, osdTree)).rejects.toThrow(sentence);
  });
});
