import { describe, expect, it } from 'vitest';
import { readNoticed, writeJudged, writeNoticed } from '../../../activities/observe/noticed-hosts.ts';
import { forgetRemoved, readRemoved, rememberRemoved } from '../../../activities/osds/removed-disks.ts';
import { factsOf } from '../../builders/bootstrap-observation.ts';
import { objectServer } from '../../builders/object-server.ts';

const CLUSTER = 'rook-ceph';
const REMOVED = { node: 'n1', disk: 'loop:/d1', osdId: 3, osdUuid: 'u3' };

describe('a disk whose OSD is removed', () => {
  it('is remembered once, with the time of the first time, until it is added on purpose', async () => {
    const { kubernetes } = objectServer();
    expect(await rememberRemoved(kubernetes, CLUSTER, REMOVED)).toEqual({ already: false });
    const [first] = await readRemoved(kubernetes, CLUSTER);
    expect(await rememberRemoved(kubernetes, CLUSTER, REMOVED)).toEqual({ already: true });
    expect(await readRemoved(kubernetes, CLUSTER)).toEqual([first]);
    await forgetRemoved(kubernetes, CLUSTER, [{ node: 'n2', disk: 'loop:/d1' }]);
    expect(await readRemoved(kubernetes, CLUSTER)).toHaveLength(1);
    await forgetRemoved(kubernetes, CLUSTER, [{ node: 'n1', disk: 'loop:/d1' }]);
    expect(await readRemoved(kubernetes, CLUSTER)).toEqual([]);
  });

  it('is judged again although its host tells nothing new, as where it is not wiped', async () => {
    const { kubernetes } = objectServer();
    await writeNoticed(kubernetes, CLUSTER, { facts: factsOf('n1'), fingerprint: 'f' });
    await writeJudged(kubernetes, CLUSTER, { node: 'n1', seen: 'x', rows: [] });
    await rememberRemoved(kubernetes, CLUSTER, REMOVED);
    expect((await readNoticed(kubernetes, CLUSTER, 'n1'))?.judged).toBeUndefined();
  });

  it('is remembered where its host is not known', async () => {
    const { kubernetes } = objectServer();
    await rememberRemoved(kubernetes, CLUSTER, { ...REMOVED, node: null });
    expect(await readRemoved(kubernetes, CLUSTER)).toMatchObject([{ node: null, osdId: 3 }]);
  });
});
