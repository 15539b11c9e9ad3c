/** Plans for clusters whose hosts, mons or documents changed behind the back of an operation. */
import { describe, expect, it } from 'vitest';
import { planBootstrap } from '../../src/domain/bootstrap-plan.ts';
import { aFinishedCluster, aFreshCluster, aPlannedHost, diskOf, factsOf } from '../builders/bootstrap-observation.ts';
import { aLabel, FSID, OTHER_UUID } from './disk-facts-builder.ts';

const UNREACHABLE = { reachable: false, reason: 'no mon answers', fsid: FSID } as const;

describe('an OSD of our cluster that is not known by its disk', () => {
  const facts = aFinishedCluster().facts.with(
    0,
    factsOf('n1', { disks: [diskOf('n1', { labels: [aLabel({ osdUuid: OTHER_UUID })] })] }),
  );
  const rowOf = (changes: Parameters<typeof aFinishedCluster>[0]) =>
    planBootstrap(aFinishedCluster({ facts, ...changes })).disks.find(({ node }) => node === 'n1');

  it('may be wiped only by the word of the OSD map: while Ceph is silent nobody is told to', () => {
    expect(rowOf({})?.remedy).toContain('wipe it');
    const row = rowOf({ ceph: UNREACHABLE });
    expect(row?.reasons).toEqual(['STALE_OSD']);
    expect(row?.verdict).toBe('rejected');
    expect(row?.remedy).not.toContain('wipe');
  });
});

describe('a mon whose host is gone from Kubernetes', () => {
  it('blocks, because its steps could never end', () => {
    const hosts = ['n1', 'n2'].map((node) => aPlannedHost(node));
    const facts = aFinishedCluster().facts.slice(0, 2);
    const { findings } = planBootstrap(aFinishedCluster({ hosts, facts, ceph: UNREACHABLE }));
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'MON_HOST_GONE', severity: 'blocking', target: 'mon.c@n3' }),
    );
  });

  it('is another thing than a host that is only away', () => {
    const facts = aFinishedCluster().facts.slice(0, 2);
    const { findings } = planBootstrap(aFinishedCluster({ facts, ceph: UNREACHABLE }));
    expect(findings.map(({ code }) => code)).not.toContain('MON_HOST_GONE');
  });
});

describe('an approval', () => {
  it('does not cover another document, and survives the same one written again', () => {
    const hashOf = (generation: number, hash: string) =>
      planBootstrap(aFreshCluster({ document: { generation, hash } })).hash;
    expect(hashOf(2, 'aaaa')).toBe(hashOf(1, 'aaaa'));
    expect(hashOf(1, 'bbbb')).not.toBe(hashOf(1, 'aaaa'));
  });
});
