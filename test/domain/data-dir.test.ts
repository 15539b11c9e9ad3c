import { describe, expect, it } from 'vitest';
import { planBootstrap } from '../../src/domain/bootstrap-plan.ts';
import { aFinishedCluster, aFreshCluster, factsOf, NODES, wishes } from '../builders/bootstrap-observation.ts';
import { FSID, OTHER_FSID } from './disk-facts-builder.ts';

const found = (changes: Parameters<typeof aFinishedCluster>[0], seen = aFinishedCluster) =>
  planBootstrap(seen(changes)).findings.filter(({ code }) => code === 'DATA_DIR_CHANGED');

describe('a document that names another directory than the one its cluster was made in', () => {
  const remembered = { fsid: FSID, dataDir: '/data/old' };

  it('blocks, with both paths: no mon store can be seen from there, and new ones would be another cluster', () => {
    const facts = NODES.map((node) => factsOf(node));
    const ceph = { reachable: false, reason: 'no mon answers', fsid: FSID } as const;
    expect(found({ remembered, facts, ceph })).toMatchObject([
      {
        severity: 'blocking',
        because: expect.stringMatching(/is \/var\/lib\/rook, but .* made with \/data\/old/),
        remedy: expect.stringContaining('Set dataDirHostPath back to /data/old'),
      },
    ]);
  });

  it('blocks also while the cluster serves', () => {
    expect(found({ remembered })).toHaveLength(1);
  });

  it('is another thing than the same directory, a cluster of another fsid, and none at all', () => {
    expect(found({ remembered: { fsid: FSID, dataDir: wishes().dataDir } })).toEqual([]);
    expect(found({ remembered: { fsid: OTHER_FSID, dataDir: '/data/old' } })).toEqual([]);
    expect(found({ remembered: { fsid: null, dataDir: '/data/old' } })).toEqual([]);
    expect(found({ remembered: null })).toEqual([]);
    expect(found({ remembered }, aFreshCluster)).toEqual([]);
  });
});
