import { describe, expect, it } from 'vitest';
import { planBootstrap } from '../../src/domain/bootstrap-plan.ts';
import type { DeployedDaemon } from '../../src/domain/other-images.ts';
import {
  aFinishedCluster,
  diskOf,
  factsOf,
  monStoreOf,
  NODES,
  ownDisk,
  runningCluster,
  wishes,
} from '../builders/bootstrap-observation.ts';

const OLD = 'quay.io/ceph/ceph:v18.2.8';
const UNREACHABLE = { reachable: false, reason: 'no mon answers', fsid: null } as const;
const daemon = (name: string, changes: Partial<DeployedDaemon> = {}): DeployedDaemon => ({
  name,
  image: wishes().image,
  serves: true,
  ...changes,
});
const old = ['mon.a', 'mon.b', 'mon.c', 'mgr.a', 'osd.0'].map((name) => daemon(name, { image: OLD }));
const withNewDisk = NODES.map((node) =>
  factsOf(node, {
    disks: [ownDisk(node), ...(node === 'n2' ? [diskOf('n2', { path: '/dev/sdc', id: 'serial:new' })] : [])],
    leftovers: [monStoreOf(node)],
  }),
);
const found = (changes: Parameters<typeof aFinishedCluster>[0]) =>
  planBootstrap(aFinishedCluster(changes)).findings.filter(({ code }) => code === 'OTHER_IMAGE_RUNS');

describe("daemons that serve with another image than the document's", () => {
  it('forbid a plan that would make daemons beside them, and name the image to set back', () => {
    expect(found({ daemons: old, facts: withNewDisk })).toMatchObject([
      {
        severity: 'blocking',
        because: expect.stringMatching(/5 daemons \(mon\.a, mon\.b, mon\.c, \.\.\.\).*v18\.2\.8.*create-osds\/n2/),
        remedy: expect.stringContaining(`set cephVersion.image back to ${OLD}`),
      },
    ]);
  });

  it('are only told where they run the same Ceph under another name', () => {
    const moved = old.map((one) => ({ ...one, image: `mirror.example/${wishes().image}` }));
    const { cephVersion } = factsOf('n1', {});
    const ceph = { ...runningCluster(), versions: { mon: { [cephVersion]: 3 } } };
    expect(found({ daemons: moved, facts: withNewDisk, ceph })).toMatchObject([
      { severity: 'warning', remedy: expect.stringContaining(`the same Ceph ${cephVersion}`) },
    ]);
  });

  it('forbid it also while Ceph does not answer: mons are started then', () => {
    expect(found({ daemons: old, ceph: UNREACHABLE })).toMatchObject([{ severity: 'blocking' }]);
  });

  it('forbid also a plan that only verifies, which would wait for one version in vain', () => {
    const { settings: _, ...rest } = aFinishedCluster({}).existing;
    expect(found({ daemons: old, existing: { ...rest, settings: false } })).toMatchObject([{ severity: 'blocking' }]);
  });

  it('are only told where nothing would be made', () => {
    expect(found({ daemons: old })).toMatchObject([
      { severity: 'warning', because: expect.stringContaining('bootstrap leaves them as they are') },
    ]);
  });

  it('are not those that never came up: a wrong image is cured by a right one', () => {
    const stuck = old.map((one) => ({ ...one, serves: false }));
    expect(found({ daemons: stuck, facts: withNewDisk })).toEqual([]);
  });

  it("are not those of the document's own image", () => {
    expect(found({ daemons: [daemon('mon.a'), daemon('osd.0')], facts: withNewDisk })).toEqual([]);
  });
});

describe("daemons of another Ceph version than that of the document's image, whatever its name says", () => {
  const versions = { mon: { '18.2.8': 3 }, osd: { '18.2.8': 2, '20.2.4': 1 } };

  it('forbid a plan that would make daemons, by the word of Ceph alone', () => {
    expect(found({ ceph: runningCluster({ versions }), facts: withNewDisk })).toMatchObject([
      { severity: 'blocking', because: expect.stringMatching(/^Daemons of Ceph 18\.2\.8 serve/) },
    ]);
  });

  it('are not those of the same version, or of which Ceph does not know it yet', () => {
    const known = { mon: { '20.2.4': 3 }, mgr: { unknown: 1 } };
    expect(found({ ceph: runningCluster({ versions: known }), facts: withNewDisk })).toEqual([]);
  });
});
