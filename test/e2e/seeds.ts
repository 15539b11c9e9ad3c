import type { Occasion } from './history.ts';
import { VICTIMS, type Victim } from './victims.ts';

export interface Strike extends Occasion {
  victim: Victim;
}

/** Activities of a bootstrap of the example that change something, in the order in which they come. */
const ACTIVITIES = [
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
] as const;

const MOMENTS = ['before', 'during', 'after'] as const;

/** What one seed does to one bootstrap: every victim is hit once, at activities in order, so that each strike finds its occasion. */
export function strikesOf(seed: number): Strike[] {
  const random = generator(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const victims = [...VICTIMS].map((victim) => ({ victim, order: random() })).toSorted((a, b) => a.order - b.order);
  const share = ACTIVITIES.length / victims.length;
  return victims.map(({ victim }, index) => ({
    victim,
    activity: pick(ACTIVITIES.slice(Math.floor(index * share), Math.floor((index + 1) * share))),
    moment: pick(MOMENTS),
  }));
}

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
