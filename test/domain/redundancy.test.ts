import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { ClusterLayout, LaidOsd, LaidPool } from '../../src/contract/cluster-layout.ts';
import { isBeingRestored, mayTakeAway } from '../../src/domain/redundancy.ts';

const GIB = 2 ** 30;

const anOsd = (id: number, host: string, changes: Partial<LaidOsd> = {}): LaidOsd => ({
  id,
  uuid: `uuid-${id}`,
  up: true,
  in: true,
  crushWeight: 1,
  location: ['root=default', `rack=r-${host}`, `host=${host}`],
  deviceClass: 'hdd',
  totalBytes: 100 * GIB,
  usedBytes: 20 * GIB,
  pgs: 8,
  ...changes,
});
const aPool = (changes: Partial<LaidPool> = {}): LaidPool => ({
  name: 'rbd',
  size: 3,
  minSize: 2,
  rule: { root: 'default', deviceClass: null, failureDomain: 'host' },
  ...changes,
});
const CLEAN = {
  pgs: 8,
  byState: { 'active+clean': 8 },
  remapped: 0,
  objects: 9,
  degraded: 0,
  misplaced: 0,
  unfound: 0,
  objectsPerSecond: 0,
  bytesPerSecond: 0,
};

/** Three hosts with two OSDs each: 0 and 3 on n1, 1 and 4 on n2, 2 and 5 on n3. */
const layout = (changes: Partial<ClusterLayout> = {}): ClusterLayout => ({
  osds: [0, 1, 2, 3, 4, 5].map((id) => anOsd(id, `n${(id % 3) + 1}`)),
  pools: [aPool()],
  pgs: CLEAN,
  nearfullRatio: 0.85,
  ...changes,
});
const codes = (one: ClusterLayout, ids: number[]): string[] => mayTakeAway(one, ids).findings.map(({ code }) => code);

describe('OSDs may be taken away', () => {
  it('where every pool keeps its failure domains and there is room', () => {
    expect(mayTakeAway(layout(), [0])).toEqual({ outcome: 'pass', findings: [] });
  });

  it('not where a pool would lack a host: pool and number are named', () => {
    const { outcome, findings } = mayTakeAway(layout(), [0, 3]);
    expect(outcome).toBe('hold');
    expect(findings[0]?.because).toBe(
      'The pool rbd keeps 3 copies on different hosts, and without osd.0, osd.3 only 2 would take data (n2, n3): 1 copies would have no place.',
    );
  });

  it.each([
    ['is down', { up: false }],
    ['is out', { in: false }],
    ['is drained', { crushWeight: 0 }],
  ])('not where the other OSD of the host %s: it takes no data', (_, changes) => {
    const osds = layout().osds.map((osd) => (osd.id === 3 ? { ...osd, ...changes } : osd));
    expect(codes(layout({ osds }), [0])).toEqual(['REDUNDANCY_LOST']);
  });

  it('where the OSD that goes is not one that the pool uses', () => {
    const pools = [aPool({ size: 3, rule: { root: 'default', deviceClass: 'ssd', failureDomain: 'host' } })];
    expect(codes(layout({ pools }), [0, 3])).toEqual([]);
  });

  it('by OSD where the rule spreads over OSDs, by rack where it spreads over racks', () => {
    const over = (failureDomain: string, size: number) => [
      aPool({ size, rule: { root: 'default', deviceClass: null, failureDomain } }),
    ];
    expect(codes(layout({ pools: over('osd', 5) }), [0])).toEqual([]);
    expect(codes(layout({ pools: over('osd', 6) }), [0])).toEqual(['REDUNDANCY_LOST']);
    expect(codes(layout({ pools: over('rack', 3) }), [0, 3])).toEqual(['REDUNDANCY_LOST']);
  });

  it('not where a rule is not understood', () => {
    expect(codes(layout({ pools: [aPool({ rule: null })] }), [0])).toEqual(['REDUNDANCY_UNKNOWN']);
  });

  it('not where the rest would be used by more than 80 %', () => {
    const full = layout().osds.map((osd) => ({ ...osd, usedBytes: 67 * GIB }));
    expect(codes(layout({ osds: full }), [0])).toEqual(['CAPACITY_SHORT']);
    const room = full.map((osd) => ({ ...osd, usedBytes: 66 * GIB }));
    expect(codes(layout({ osds: room }), [0])).toEqual([]);
  });

  it.each([
    ['PGs are not active', { byState: { 'active+clean': 7, 'stale+peering': 1 } }, 'PGS_NOT_ACTIVE'],
    ['objects are unfound', { unfound: 1 }, 'OBJECTS_UNFOUND'],
    ['copies are missing', { degraded: 4 }, 'PGS_DEGRADED'],
  ])('not where %s', (_, changes, code) => {
    expect(codes(layout({ pgs: { ...CLEAN, ...changes } }), [0])).toEqual([code]);
  });

  it('waits only for copies that Ceph is at work on, and only where nothing else is in the way', () => {
    const restoring = { degraded: 4, byState: { 'active+clean': 7, 'active+recovery_wait+degraded': 1 } };
    const waits = (pgs: object, more: Partial<ClusterLayout> = {}) =>
      isBeingRestored(layout({ ...more, pgs: { ...CLEAN, ...pgs } }), 0);
    expect(waits(restoring)).toBe(true);
    expect(waits({ degraded: 4, byState: { 'active+undersized+degraded': 8 } })).toBe(false);
    expect(waits({ ...restoring, unfound: 1 })).toBe(false);
    expect(waits(restoring, { pools: [aPool({ rule: null })] })).toBe(false);
    expect(waits(restoring, { osds: layout().osds.map((osd) => ({ ...osd, up: osd.id !== 0 })) })).toBe(false);
    expect(waits({})).toBe(false);
  });

  it('where copies are missing because the OSD that goes is dead: taking it out restores them', () => {
    const osds = layout().osds.map((osd) => (osd.id === 0 ? { ...osd, up: false } : osd));
    expect(codes(layout({ osds, pgs: { ...CLEAN, degraded: 4 } }), [0])).toEqual([]);
  });

  it('never so that a pool has fewer domains than copies, in any cluster', () => {
    const osdIn = fc.record({
      host: fc.integer({ min: 1, max: 6 }),
      up: fc.boolean(),
      in: fc.boolean(),
      weight: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(
        fc.array(osdIn, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        (made, size, pick) => {
          const osds = made.map(({ host, up, in: inside, weight }, id) =>
            anOsd(id, `n${host}`, { up, in: inside, crushWeight: weight, usedBytes: 0 }),
          );
          const going = pick % osds.length;
          const left = osds.filter((osd) => osd.id !== going && osd.up && osd.in && osd.crushWeight > 0);
          const hosts = new Set(left.map(({ location }) => location.at(-1))).size;
          const { outcome } = mayTakeAway(layout({ osds, pools: [aPool({ size })] }), [going]);
          expect(outcome).toBe(hosts >= size ? 'pass' : 'hold');
        },
      ),
      { numRuns: 300 },
    );
  });
});
