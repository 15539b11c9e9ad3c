import type { Occasion } from './history.ts';
import { VICTIMS, type Victim } from './victims.ts';

export interface Strike extends Occasion {
  victim: Victim;
}

/** Activities that change something, in the order in which an operation on the example comes to them. */
export const ACTIVITIES = {
  bootstrap: [
    'makeIdentity',
    'placeMons',
    'makeMonStore',
    'startMons',
    'untilQuorum',
    'startMgrs',
    'applySettings',
    'createOsd',
    'startOsds',
    'untilOsdsUp',
    'verifyCluster',
  ],
  'replace-disk': [
    'outOsd',
    'untilSafeToDestroy',
    'stopOsd',
    'destroyOsd',
    'createOsd',
    'startOsds',
    'untilOsdsUp',
    'untilOsdsIn',
  ],
  teardown: ['stopDaemons', 'requireNoDaemons', 'wipeOwnDisk', 'removeHostDirectories'],
} as const;

const MOMENTS = ['before', 'during', 'after'] as const;

/** What one seed does to one operation: every victim is hit once, at activities in order, so that each strike finds its occasion. */
export function strikesOf(operation: keyof typeof ACTIVITIES, seed: number): Strike[] {
  const random = generator(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const victims = VICTIMS.map((victim) => ({ victim, order: random() })).toSorted((a, b) => a.order - b.order);
  const activities: readonly string[] = ACTIVITIES[operation];
  const share = activities.length / victims.length;
  return victims.map(({ victim }, index) => ({
    victim,
    activity: pick(activities.slice(Math.floor(index * share), Math.floor((index + 1) * share))),
    moment: pick(MOMENTS),
  }));
}

export const tellStrikes = (strikes: Strike[]): string =>
  strikes.map(({ victim, moment, activity }) => `${victim} ${moment} ${activity}`).join(', ');

/** Small and the same everywhere (mulberry32), so that a seed names one story for ever. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
