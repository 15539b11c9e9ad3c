import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelledPool } from '../../model/modelled-cluster.ts';
import { addNode, removeDisk, replaceDisk } from '../../model/modelled-operations.ts';
import type { Ending, Fault, Trouble } from '../../model/modelled-run.ts';
import { ModelledWorld } from '../../model/modelled-world.ts';
import { heldBack, misweighed, unowned } from '../../model/ownership.ts';
import { ADD_NODE_ORDER, REMOVE_DISK_ORDER, REPLACE_DISK_ORDER } from '../../workflows/orders.ts';

const OPERATIONS = { removeDisk, replaceDisk };

const aCount = (max: number) => fc.integer({ min: 1, max });
const aPool = fc.record({
  size: fc.integer({ min: 2, max: 3 }),
  domain: fc.constantFrom('host' as const, 'osd' as const),
  pgs: aCount(5),
});
const aShape = fc.record({
  hosts: fc.integer({ min: 3, max: 5 }),
  disksPerHost: aCount(3),
  pools: fc
    .array(aPool, { minLength: 1, maxLength: 2 })
    .map((pools) =>
      pools.map((pool, index): ModelledPool => ({ ...pool, name: `pool-${index}`, minSize: pool.size - 1 })),
    ),
  lagSeconds: aCount(4),
  copiesPerSecond: aCount(3),
});
const aFault = (does: Fault['does'][]) =>
  fc.record({
    ...{ at: fc.integer({ min: 1, max: 12 }), counts: fc.constantFrom('changes' as const, 'all' as const) },
    does: fc.constantFrom(...does),
    when: fc.constantFrom('before' as const, 'after' as const),
  });
const someTrouble = (does: Fault['does'][]): fc.Arbitrary<Trouble> =>
  fc.record({ faults: fc.array(aFault(does), { maxLength: 3 }), retries: fc.integer({ min: 0, max: 2 }) });

interface Incident {
  second: number;
  to: 'target' | 'other';
  pick: number;
  does: 'dies' | 'reboots' | 'is away' | 'is taken in' | 'is weighed';
}

/** At most one host has trouble of its own: another OSD, or the one that goes. */
const anIncident = fc.record<Incident>({
  second: fc.integer({ min: 1, max: 120 }),
  to: fc.constantFrom('target', 'other'),
  pick: fc.nat(),
  does: fc.constantFrom('dies', 'reboots', 'is away', 'is taken in', 'is weighed'),
});
const anyTrouble = someTrouble(['kill', 'refuse', 'abort', 'terminate']);
const aScenario = fc.record({
  startsAt: fc.constantFrom(0, 0, 620),
  operation: fc.constantFrom('removeDisk' as const, 'replaceDisk' as const),
  shape: aShape,
  target: fc.nat(),
  first: anyTrouble,
  event: fc.option(anIncident, { nil: undefined }),
  second: someTrouble(['kill', 'refuse', 'abort']),
});

const JOINING = ['n8', 'n9'];
const REBOOT_SECONDS = 45;
/** Longer than Ceph waits until it takes an OSD out. */
const AWAY_SECONDS = 640;
const WEIGHED = 0.5;
const A_WHILE = 700;

function play(world: ModelledWorld, target: number, event: Incident) {
  const { cluster } = world;
  const others = cluster.osds.filter(({ host }) => host !== cluster.osd(target)?.host);
  const victim = event.to === 'target' ? cluster.osd(target) : others[event.pick % others.length];
  if (victim === undefined) return;
  const { uuid } = victim;
  const isThere = () => world.deployed.get(victim.id) === uuid && victim.uuid === uuid;
  const act = () => {
    if (!isThere()) return;
    if (event.does === 'dies') cluster.loseDisk(victim);
    else if (event.does === 'is taken in') victim.inside = true;
    else if (event.does === 'is weighed') cluster.byHand.set(uuid, (victim.weight = WEIGHED));
    else victim.runs = false;
  };
  const back = () => {
    if (isThere() && victim.disk !== null) victim.runs = true;
  };
  cluster.events = [
    { second: event.second, act },
    { second: event.second + (event.does === 'is away' ? AWAY_SECONDS : REBOOT_SECONDS), act: back },
  ];
}

describe('taking an OSD away from a cluster, with trouble on the way', () => {
  afterEach(() => vi.restoreAllMocks());
  const aWorld = (shape: ConstructorParameters<typeof ModelledWorld>[0]): ModelledWorld => {
    const world = new ModelledWorld(shape);
    vi.spyOn(performance, 'now').mockImplementation(() => world.cluster.milliseconds);
    return world;
  };

  it('loses nothing, leaves nothing unowned, and ends in a named state; the next run finishes or puts it right', async () => {
    const seen = new Set<Ending['state']>();
    await fc.assert(
      fc.asyncProperty(aScenario, async ({ startsAt, operation, shape, target: picked, first, event, second }) => {
        const world = aWorld(shape);
        const { cluster } = world;
        const target = picked % cluster.osds.length;
        if (event !== undefined) play(world, target, event);
        cluster.pass(startsAt * 1000);
        const judge = (ending: Ending): void => {
          seen.add(ending.state);
          expect(cluster.violations).toEqual([]);
          expect(unowned(world, ending)).toEqual([]);
          expect(misweighed(world)).toEqual([]);
          expect(ending.stuck).toEqual([]);
        };
        judge(await OPERATIONS[operation](world, target, first));
        cluster.pass(A_WHILE * 1000);
        judge(await OPERATIONS[operation](world, target, second));
        cluster.pass(A_WHILE * 1000);
        const last = await OPERATIONS[operation](world, target, { faults: [], retries: 3 });
        judge(last);
        if (last.state === 'done') expect(last.code).toBeUndefined();
        expect(['done', 'nothing-to-do', 'parked']).toContain(last.state);
      }),
      { numRuns: 220 },
    );
    // Else the model would be of a world without trouble.
    expect([...seen]).toEqual(expect.arrayContaining(['done', 'parked', 'aborted', 'terminated']));
  });

  it('adds a host so that no OSD of it is left without weight and no flag set, whatever ended a run; the next one goes on', async () => {
    const aRun = fc.record({ host: fc.constantFrom(...JOINING), trouble: anyTrouble });
    const joining = fc.record({ shape: aShape, disks: aCount(2), runs: fc.array(aRun, { maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(joining, async ({ shape, disks, runs }) => {
        const world = aWorld(shape);
        const { cluster } = world;
        for (const host of JOINING) world.join(host, disks);
        const undisturbed = JOINING.toReversed().map((host) => ({ host, trouble: { faults: [], retries: 1 } }));
        for (const { host, trouble } of [...runs, ...undisturbed]) {
          const { stuck } = await addNode(world, host, trouble);
          expect([...cluster.violations, ...stuck, ...heldBack(world)]).toEqual([]);
          cluster.pass(A_WHILE * 1000);
        }
        const joined = cluster.osds.filter(({ host }) => JOINING.includes(host));
        expect(joined.map(({ weight, up }) => ({ weight, up }))).toEqual(joined.map(() => ({ weight: 1, up: true })));
        expect(joined).toHaveLength(disks * JOINING.length);
        expect([...cluster.flags, ...cluster.settings.keys(), ...cluster.notes.keys()]).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['removeDisk', ['readLayout', ...REMOVE_DISK_ORDER]],
    ['replaceDisk', ['readLayout', ...REPLACE_DISK_ORDER]],
  ] as const)('runs %s in the order that the suites hold its workflow to', async (operation, order) => {
    const pools = [{ name: 'rbd', size: 3, minSize: 2, domain: 'host' as const, pgs: 8 }];
    const world = aWorld({ hosts: 4, disksPerHost: 2, pools, lagSeconds: 3, copiesPerSecond: 1 });
    const { state, calls } = await OPERATIONS[operation](world, 2, { faults: [], retries: 0 });
    expect({ state, calls }).toEqual({ state: 'done', calls: order });
  });

  it('runs addNode in the order that the suites hold its workflow to', async () => {
    const pools = [{ name: 'rbd', size: 3, minSize: 2, domain: 'host' as const, pgs: 8 }];
    const world = aWorld({ hosts: 3, disksPerHost: 2, pools, lagSeconds: 3, copiesPerSecond: 1 });
    world.join('n9', 2);
    const { state, calls } = await addNode(world, 'n9', { faults: [], retries: 0 });
    expect({ state, calls }).toEqual({ state: 'done', calls: ['readHeld', 'readClusterState', ...ADD_NODE_ORDER] });
  });
});
