import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monId, placeMons, type MonCandidate, type MonPlacementInput } from '../../src/domain/mon-placement.ts';

const candidate = (node: string, failureDomain = node): MonCandidate => ({
  node,
  failureDomain,
  internalIp: `10.0.0.${node.length}`,
});

const placing = (changes: Partial<MonPlacementInput>): MonPlacementInput => ({
  count: 3,
  sharing: 'one-per-node',
  hostNetwork: false,
  candidates: ['n1', 'n2', 'n3'].map((node) => candidate(node)),
  existing: [],
  leftOut: [],
  ...changes,
});

const shown = (changes: Partial<MonPlacementInput>): string[] =>
  placeMons(placing(changes)).mons.map(({ id, node }) => `${id}@${node}`);

const anyPlacing = fc
  .record({
    domains: fc.array(fc.constantFrom('z1', 'z2', 'z3'), { maxLength: 6 }),
    count: fc.constantFrom(1, 3, 5),
    sharing: fc.constantFrom<'one-per-node' | 'many-per-node'>('one-per-node', 'many-per-node'),
    hostNetwork: fc.boolean(),
    kept: fc.nat({ max: 3 }),
  })
  .map(({ domains, count, sharing, hostNetwork, kept }) => {
    const candidates = domains.map((domain, index) => candidate(`n${index}`, domain));
    // Ids with gaps, as after failovers; hosts that may be candidates no longer.
    const existing = ['b', 'd', 'f'].slice(0, kept).map((id, index) => ({ id, node: `n${index * 2}` }));
    return placing({ candidates, count, sharing, hostNetwork, existing });
  });

describe('mons', () => {
  it('are on different hosts, in the order of their names', () => {
    expect(shown({})).toEqual(['a@n1', 'b@n2', 'c@n3']);
  });

  it('are spread over zones before hosts: a lost zone must not take the quorum', () => {
    const candidates = [candidate('n1', 'z1'), candidate('n2', 'z1'), candidate('n3', 'z2'), candidate('n4', 'z3')];
    expect(shown({ candidates })).toEqual(['a@n1', 'b@n3', 'c@n4']);
    expect(shown({ candidates, count: 4 })).toEqual(['a@n1', 'b@n3', 'c@n4', 'd@n2']);
  });

  it('that exist keep id and host, and new ones go where none of them is', () => {
    const existing = [{ id: 'c', node: 'n2' }];
    expect(shown({ existing })).toEqual(['c@n2', 'a@n1', 'b@n3']);
  });

  it('that exist stay also where their host may take none any more', () => {
    expect(shown({ existing: [{ id: 'a', node: 'gone' }], count: 1 })).toEqual(['a@gone']);
  });

  it('count the zone of those that exist', () => {
    const candidates = [candidate('n1', 'z1'), candidate('n2', 'z1'), candidate('n3', 'z2')];
    expect(shown({ candidates, count: 2, existing: [{ id: 'a', node: 'n2' }] })).toEqual(['a@n2', 'b@n3']);
  });

  it('that are more than asked are not taken away', () => {
    const existing = [
      { id: 'a', node: 'n1' },
      { id: 'b', node: 'n2' },
    ];
    expect(placeMons(placing({ count: 1, existing })).mons).toEqual(existing);
  });

  it('block with the reasons where too few hosts can take one', () => {
    const leftOut = ['n3: taint a', 'n4: taint b', 'n5: taint c', 'n6: taint d'];
    const { findings } = placeMons(placing({ candidates: [candidate('n1'), candidate('n2')], leftOut }));
    expect(findings).toMatchObject([{ code: 'TOO_FEW_NODES', severity: 'blocking', target: 'mon.count' }]);
    expect(findings[0]?.because).toBe(
      'The document asks for 3 mons, but 2 hosts can take one. Left out: n3: taint a; n4: taint b; n5: taint c and 1 more.',
    );
  });

  it('share a host where the document allows it, as evenly as possible', () => {
    const candidates = [candidate('n1'), candidate('n2')];
    expect(shown({ candidates, sharing: 'many-per-node' })).toEqual(['a@n1', 'b@n2', 'c@n1']);
  });

  it('never share a host with host networking: both need the same ports', () => {
    const input = placing({ candidates: [candidate('n1')], sharing: 'many-per-node', hostNetwork: true });
    expect(placeMons(input).findings).toMatchObject([{ code: 'TOO_FEW_NODES' }]);
  });

  it('carry the address of their host with host networking, and none without', () => {
    const [mon] = placeMons(placing({ hostNetwork: true })).mons;
    expect(mon).toEqual({ id: 'a', node: 'n1', hostAddress: '10.0.0.2' });
    expect(placeMons(placing({})).mons[0]).toEqual({ id: 'a', node: 'n1' });
  });

  it('keep every rule of placement for any hosts, zones and mons that exist', () => {
    fc.assert(
      fc.property(anyPlacing, (input) => {
        const { mons, findings } = placeMons(input);
        const added = mons.slice(input.existing.length);
        expect(mons.slice(0, input.existing.length)).toEqual(input.existing);
        expect(new Set(mons.map(({ id }) => id)).size).toBe(mons.length);
        if (findings.length === 0) expect(mons.length).toBe(Math.max(input.count, input.existing.length));
        else expect(mons.length).toBeLessThan(input.count);
        for (const { node } of added) expect(input.candidates.map((one) => one.node)).toContain(node);
        if (input.sharing === 'many-per-node' && !input.hostNetwork) return;
        for (const { node } of added) expect(mons.filter((mon) => mon.node === node)).toHaveLength(1);
      }),
    );
  });

  it('lose at most a minority with any one zone, wherever there are as many zones as mons', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['z1', 'z1', 'z2', 'z2', 'z3', 'z3'], { minLength: 6 }), (domains) => {
        const candidates = domains.map((domain, index) => candidate(`n${index}`, domain));
        const zones = placeMons(placing({ candidates })).mons.map(({ node }) => domains[Number(node.slice(1))]);
        expect(new Set(zones).size).toBe(3);
      }),
    );
  });
});

describe('ids of mons', () => {
  it('are a to z, then aa, as Rook counts', () => {
    expect([0, 25, 26, 27, 51, 52, 701, 702].map(monId)).toEqual(['a', 'z', 'aa', 'ab', 'az', 'ba', 'zz', 'aaa']);
  });
});
