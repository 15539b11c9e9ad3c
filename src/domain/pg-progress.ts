import type { PgState } from '../contract/pg-state.ts';

/**
 * Every placement group active and clean, and nothing to move. `active+clean+remapped` counts as clean for Ceph and is not settled.
 * One look proves nothing: right after a change Ceph still shows the state before. Pure.
 */
export function isSettled({ pgs, byState, remapped, degraded, misplaced, unfound }: PgState): boolean {
  const clean = Object.entries(byState)
    .filter(([state]) => state.startsWith('active+clean'))
    .reduce((sum, [, count]) => sum + count, 0);
  return clean === pgs && remapped + degraded + misplaced + unfound === 0;
}

const PASSING = /\b(peering|activating|creating|unknown)\b/;

/** A state of a PG that becomes another one by itself within seconds; where it does not, something is wrong with it. Pure. */
export const isOnItsWay = (state: string): boolean => PASSING.test(state);

const MIB = 2 ** 20;

/** One sentence with numbers: how far, what is left, how fast, how long at that speed. Pure. */
export function describeProgress(state: PgState): string {
  const { pgs, byState, degraded, misplaced, unfound, objectsPerSecond, bytesPerSecond } = state;
  const clean = byState['active+clean'] ?? 0;
  const left = degraded + misplaced;
  return [
    `${clean} of ${pgs} PGs are active and clean`,
    ...(left === 0 ? [] : [`${degraded} copies of objects are missing and ${misplaced} are not in their place`]),
    ...(unfound === 0 ? [] : [`${unfound} objects are unfound`]),
    ...(bytesPerSecond === 0 ? [] : [`${(bytesPerSecond / MIB).toFixed(1)} MiB/s`]),
    ...(objectsPerSecond === 0 || left === 0 ? [] : [`about ${duration(left / objectsPerSecond)} left`]),
  ].join(', ');
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
