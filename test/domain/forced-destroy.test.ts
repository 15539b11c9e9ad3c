import { describe, expect, it } from 'vitest';
import type { ClusterLayout, LaidOsd } from '../../src/contract/cluster-layout.ts';
import type { PgCopies } from '../../src/contract/pg-state.ts';
import {
  describeRefusal,
  forcedFindings,
  mayForceDestroy,
  planForcedDestroy,
  type ForcedDestroySeen,
} from '../../src/domain/forced-destroy.ts';

const GIB = 2 ** 30;
const UNDERSIZED = 'active+undersized+degraded';

const anOsd = (id: number, changes: Partial<LaidOsd> = {}): LaidOsd => ({
  id,
  uuid: `uuid-${id}`,
  up: true,
  in: true,
  crushWeight: 1,
  location: ['root=default', `host=n${id + 1}`],
  deviceClass: 'hdd',
  totalBytes: 100 * GIB,
  usedBytes: 20 * GIB,
  pgs: 8,
  ...changes,
});
const aPg = (changes: Partial<PgCopies> = {}): PgCopies => ({
  id: '1.0',
  state: UNDERSIZED,
  acting: [1, 2],
  complete: [1, 2],
  minSize: 2,
  ...changes,
});
const aLayout = (changes: Partial<ClusterLayout> = {}): ClusterLayout => ({
  osds: [anOsd(0, { up: false }), anOsd(1), anOsd(2)],
  pools: [{ name: 'rbd', size: 3, minSize: 2, rule: { root: 'default', deviceClass: null, failureDomain: 'host' } }],
  pgs: {
    pgs: 2,
    byState: { [UNDERSIZED]: 2 },
    remapped: 0,
    objects: 9,
    degraded: 9,
    misplaced: 0,
    unfound: 0,
    objectsPerSecond: 0,
    bytesPerSecond: 0,
  },
  nearfullRatio: 0.85,
  ...changes,
});

/** Three hosts with an OSD each; osd.0 is dead, and both PGs have two whole copies. */
const seen = (changes: Partial<ForcedDestroySeen> = {}): ForcedDestroySeen => ({
  cluster: 'rook-ceph',
  osd: { id: 0, uuid: 'uuid-0' },
  pgs: [aPg(), aPg({ id: '1.1' })],
  layout: aLayout(),
  ...changes,
});
const withOsd = (id: number, changes: Partial<LaidOsd>): ClusterLayout =>
  aLayout({ osds: aLayout().osds.map((osd) => (osd.id === id ? { ...osd, ...changes } : osd)) });
const withPgs = (changes: Partial<ClusterLayout['pgs']>): ClusterLayout =>
  aLayout({ pgs: { ...aLayout().pgs, ...changes } });

describe('a dead OSD may be destroyed by force', () => {
  it('where it is down for good and every PG has its copies elsewhere', () => {
    expect(mayForceDestroy(seen())).toEqual({ outcome: 'pass', findings: [] });
  });

  it('whatever room is left: nothing moves', () => {
    const osds = aLayout().osds.map((osd) => ({ ...osd, usedBytes: 70 * GIB }));
    expect(mayForceDestroy(seen({ layout: aLayout({ osds }) })).outcome).toBe('pass');
  });

  it.each<[string, Partial<ForcedDestroySeen>, string]>([
    ['it is up', { layout: withOsd(0, { up: true }) }, 'osd.0 is up: it is alive'],
    ['the id is another OSD by now', { layout: withOsd(0, { uuid: 'other' }) }, 'osd.0 is not the OSD uuid-0'],
    [
      'it is not in the map any more',
      { layout: aLayout({ osds: [anOsd(1), anOsd(2)] }) },
      'osd.0 is not the OSD uuid-0',
    ],
    [
      'a fourth host could take its copies',
      { layout: aLayout({ osds: [...aLayout().osds, anOsd(3)] }) },
      "every pool finds places for its copies, so Ceph's own check can pass",
    ],
    [
      'a PG does not serve by the count',
      { layout: withPgs({ byState: { down: 1, [UNDERSIZED]: 1 } }) },
      '1 PGs are down',
    ],
    ['objects are unfound', { layout: withPgs({ unfound: 3 }) }, '3 objects are unfound'],
    ['Ceph did not tell of every PG', { pgs: [aPg()] }, 'Ceph told of 1 PGs, and has 2'],
    ['Ceph told of no PG', { pgs: [], layout: withPgs({ pgs: 0, byState: {} }) }, 'Ceph told of 0 PGs'],
  ])('not where %s', (_, changes, fact) => {
    const verdict = mayForceDestroy(seen(changes));
    expect(verdict.outcome).toBe('hold');
    expect(describeRefusal(verdict)).toContain(fact);
  });

  it.each<[string, Partial<PgCopies>, string]>([
    ['is not active', { state: 'undersized+degraded+peered' }, 'PG 1.1 is undersized+degraded+peered'],
    ['tells no more of itself', { state: 'undersized' }, 'PG 1.1 is undersized'],
    ['is stale: nobody tells of it', { state: `stale+${UNDERSIZED}` }, `PG 1.1 is stale+${UNDERSIZED}`],
    [
      'is inconsistent: a copy is damaged',
      { state: 'active+clean+inconsistent' },
      'PG 1.1 is active+clean+inconsistent',
    ],
    ['has lost objects', { state: 'active+recovery_unfound+undersized' }, 'PG 1.1 is active+recovery_unfound'],
    ['is in a state that nobody knows here', { state: 'active+new' }, 'PG 1.1 is active+new'],
    [
      'has told last while it was up',
      { acting: [0, 1, 2], complete: [0, 1, 2] },
      'PG 1.1 has not told of its state since',
    ],
    ['has one whole copy only', { complete: [2] }, 'PG 1.1 has 1 whole copies on other OSDs that are up, and needs 2'],
    ['has no whole copy at all', { complete: [], minSize: 1 }, 'PG 1.1 has 0 whole copies'],
    ['counts one of an OSD that is nowhere', { complete: [1, 2147483647] }, 'PG 1.1 has 1 whole copies'],
  ])('not where a PG %s', (_, changes, fact) => {
    const verdict = mayForceDestroy(seen({ pgs: [aPg(), aPg({ id: '1.1', ...changes })] }));
    expect(verdict.outcome).toBe('hold');
    expect(verdict.findings.map(({ because }) => because)).toEqual([expect.stringContaining(fact)]);
  });

  it('not by the copy of an OSD that went down after the PGs were read', () => {
    const verdict = mayForceDestroy(seen({ layout: withOsd(2, { up: false }) }));
    expect(describeRefusal(verdict)).toContain('PG 1.0 has 1 whole copies on other OSDs that are up, and needs 2');
  });

  it('and what forbids it is told in one sentence, however much it is', () => {
    const pgs = Array.from({ length: 9 }, (_, index) => aPg({ id: `1.${index}`, state: 'down' }));
    const told = describeRefusal(mayForceDestroy(seen({ pgs, layout: withPgs({ pgs: 9 }) })));
    expect(told).toBe('PG 1.0 is down; PG 1.1 is down; PG 1.2 is down; and 6 more');
  });
});

describe('the forced form of the findings', () => {
  it('is for an OSD that is down alone', () => {
    const { pgs } = withPgs({ byState: { 'active+clean': 2 }, degraded: 0 });
    expect(forcedFindings({ ...withOsd(0, { up: true }), pgs }, 0)).toBeUndefined();
  });

  it('names the others that serve neither: with them it may become safe', () => {
    const layout = aLayout({ osds: [...aLayout().osds, anOsd(3, { up: false })] });
    expect(forcedFindings(layout, 0)?.[0]?.remedy).toContain('Bring osd.3 back first');
  });

  it('leaves a rule that is not understood to be waived', () => {
    const pools = [...aLayout().pools, { name: 'odd', size: 3, minSize: 2, rule: null }];
    const codes = forcedFindings(aLayout({ pools }), 0)?.map(({ code, severity }) => [code, severity]);
    expect(codes).toEqual([
      ['FORCED_DESTROY', 'warning'],
      ['REDUNDANCY_UNKNOWN', 'blocking'],
    ]);
  });
});

describe('the plan of the forced act', () => {
  it('holds this step alone, with the facts it rests on', () => {
    const plan = planForcedDestroy(seen());
    expect(plan.steps.map(({ id, targets, alwaysAsk }) => [id, targets, alwaysAsk])).toEqual([
      ['force-destroy-osd', ['osd.0:uuid-0'], true],
    ]);
    expect(plan.summary).toContain(
      'all 2 PGs are active, nothing is unfound, and every PG has at least 2 whole copies',
    );
    expect(plan.losses).toEqual([expect.stringContaining('the copies on the disk of osd.0')]);
  });

  it('is approved for exactly this OSD, and also where the numbers are others by then', () => {
    const { hash } = planForcedDestroy(seen());
    expect(planForcedDestroy(seen({ pgs: [aPg()] })).hash).toBe(hash);
    expect(planForcedDestroy(seen({ osd: { id: 0, uuid: 'other' } })).hash).not.toBe(hash);
  });
});
