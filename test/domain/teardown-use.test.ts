import { describe, expect, it } from 'vitest';
import { planTeardown } from '../../src/domain/teardown-plan.ts';
import { observed, runningCeph, someObjects } from './teardown-observation-builder.ts';

const aVolume = (name: string) => ({ name, phase: 'Bound', claim: 'shop/db', sizeText: '1Gi' });
const withVolumes = (...names: string[]) =>
  planTeardown(observed({ objects: someObjects({ volumes: names.map(aVolume) }) }));
const withCeph = (changes: Parameters<typeof runningCeph>[0]) => planTeardown(observed({ ceph: runningCeph(changes) }));

describe('the users of a cluster that is torn down', () => {
  it('block by name: each PersistentVolume, each client', () => {
    const client = { code: 'IMAGE_WATCHED', severity: 'info' as const, because: 'n7 maps rbd/db', target: 'rbd/db' };
    const plan = planTeardown(
      observed({ objects: someObjects({ volumes: [aVolume('pv-1')] }), ceph: runningCeph({ clients: [client] }) }),
    );
    expect(plan.findings).toMatchObject([
      { code: 'CLUSTER_IN_USE', severity: 'blocking', target: 'pv/pv-1' },
      { code: 'CLUSTER_IN_USE', severity: 'blocking', target: 'rbd/db', because: 'n7 maps rbd/db' },
    ]);
    expect(plan.findings[0]?.because).toBe(
      'PersistentVolume pv-1 (1Gi, Bound, claimed by shop/db) lies on this cluster',
    );
  });

  it('make the approved plan stale when a volume is added', () => {
    expect(withVolumes('pv-1', 'pv-2').hash).not.toBe(withVolumes('pv-1').hash);
    expect(withVolumes('pv-2', 'pv-1').hash).toBe(withVolumes('pv-1', 'pv-2').hash);
  });

  it('are counted where they are too many to read', () => {
    const plan = withVolumes(...Array.from({ length: 103 }, (_, index) => `pv-${1000 + index}`));
    expect(plan.findings).toHaveLength(101);
    expect(plan.findings.at(-1)?.because).toBe('3 more PersistentVolumes lie on this cluster');
  });

  it.each([
    ['pools could not be read', { pools: null }],
    ['a part could not be read', { findings: [{ code: 'NOT_READ', severity: 'warning' as const, because: 'x' }] }],
  ])('are not taken for none where OSDs serve and %s', (_, changes) => {
    expect(withCeph(changes).findings).toContainEqual(
      expect.objectContaining({ code: 'USE_UNKNOWN', severity: 'blocking' }),
    );
    const down = { id: 3, uuid: 'u', up: false, in: true, host: 'n1', location: [], deviceClass: null };
    expect(withCeph({ ...changes, osds: [down] }).findings.map(({ code }) => code)).not.toContain('USE_UNKNOWN');
  });
});

describe('the losses of a teardown', () => {
  it('name pools with objects, bytes and images, file systems, buckets and volumes', () => {
    const plan = planTeardown(
      observed({
        objects: someObjects({ volumes: [aVolume('pv-1')] }),
        ceph: runningCeph({
          pools: [{ name: 'rbd', applications: ['rbd'], objects: 12, bytes: 6 * 2 ** 30, images: 3 }],
          fileSystems: ['home'],
          buckets: 2,
        }),
      }),
    );
    expect(plan.losses).toEqual([
      'pool "rbd": 12 objects, 6 GiB, 3 images',
      'file system "home"',
      '2 S3 buckets',
      'data of 1 PersistentVolumes',
    ]);
  });

  it('say so where Ceph does not answer', () => {
    const plan = planTeardown(observed({ ceph: { reachable: false, reason: 'no mon answers', fsid: null } }));
    expect(plan.losses).toEqual(['all data of the cluster; Ceph does not answer, so it cannot be listed']);
    expect(plan.findings).toMatchObject([
      { code: 'CEPH_UNREACHABLE', because: expect.stringContaining('no mon answers') },
    ]);
  });
});
