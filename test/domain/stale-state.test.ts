import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Leftover } from '../../src/contract/host.ts';
import { findStaleState } from '../../src/domain/stale-state.ts';
import { aLabel, FSID, OTHER_FSID } from './disk-facts-builder.ts';
import { aHost, aMonStore } from './teardown-observation-builder.ts';
import { diskOf } from '../builders/bootstrap-observation.ts';

const foreignStore = (changes: Partial<Leftover> = {}): Leftover =>
  aMonStore('a', { cephFsid: OTHER_FSID, ...changes });
const found = (leftover: Leftover, fsid: string | null = FSID) =>
  findStaleState([aHost('n1', { leftovers: [leftover] })], fsid);

describe('a mon store of another cluster', () => {
  it('blocks, naming host, path and cluster', () => {
    const [finding] = found(foreignStore());
    expect(finding).toMatchObject({
      code: 'STALE_STATE',
      severity: 'blocking',
      target: 'n1:/var/lib/rook/mon-a',
      evidence: { node: 'n1', path: '/var/lib/rook/mon-a', fsid: OTHER_FSID },
    });
    expect(finding?.because).toBe(`n1 has /var/lib/rook/mon-a, the mon store of cluster ${OTHER_FSID}.`);
    expect(finding?.remedy).toContain('move /var/lib/rook/mon-a on n1 away');
  });

  it('blocks also where it is half made, or where its cluster cannot be told', () => {
    expect(found(foreignStore({ complete: false }))).toMatchObject([{ code: 'STALE_STATE', severity: 'blocking' }]);
    expect(found(foreignStore({ cephFsid: null }))).toMatchObject([{ code: 'STALE_STATE', severity: 'blocking' }]);
  });

  it('blocks where this cluster has no identity, whatever the store says: its keys would be made anew', () => {
    const complete = fc.record({ cephFsid: fc.option(fc.uuid()), name: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(complete, (changes) => {
        expect(found(aMonStore('a', changes), null)).toMatchObject([{ code: 'STALE_STATE', severity: 'blocking' }]);
      }),
    );
  });
});

describe('what does not block', () => {
  it('is our own mon store', () => {
    expect(found(aMonStore('a'))).toEqual([]);
  });

  it('is a store that was never completed and belongs to nobody: making it again is what bootstrap does', () => {
    const half = aMonStore('a', { complete: false, cephFsid: null });
    expect(found(half)).toMatchObject([{ code: 'LEFTOVER', severity: 'info' }]);
  });

  it.each(['osd-directory', 'cluster-directory'] as const)('is a foreign %s, but it is told', (kind) => {
    const findings = found({ kind, path: '/var/lib/rook/x', cephFsid: OTHER_FSID, name: 'x', complete: true });
    expect(findings).toMatchObject([{ code: 'LEFTOVER', severity: 'info', target: 'n1:/var/lib/rook/x' }]);
  });

  it('is a disk with the label of another cluster, but it is told with that cluster', () => {
    const disks = [diskOf('n1', { labels: [aLabel({ cephFsid: OTHER_FSID })] })];
    const findings = findStaleState([aHost('n1', { disks })], FSID);
    expect(findings).toMatchObject([{ code: 'FOREIGN_LABEL', severity: 'info', target: 'n1:serial:n1-1' }]);
    expect(findings[0]?.because).toContain(OTHER_FSID);
  });

  it('is a disk with our own label, and a blank one', () => {
    const disks = [diskOf('n1', { labels: [aLabel()] }), diskOf('n2')];
    expect(findStaleState([aHost('n1', { disks })], FSID)).toEqual([]);
  });
});
