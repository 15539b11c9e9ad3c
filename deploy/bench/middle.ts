import { say } from '../lab/progress.ts';
import type { Measured } from './measure.ts';

/** An operation of some seconds on two busy cores differs from run to run by a third. */
export const RUNS = 3;

/** Measures several runs, one after the other, and answers with the whole of the one that took neither least nor most. */
export async function middleOfRuns(measureOnce: () => Promise<Measured>): Promise<Measured> {
  const runs: Measured[] = [];
  while (runs.length < RUNS) {
    const run = await measureOnce();
    runs.push(run);
    const { operation, seconds, shares } = run;
    say(
      `  ${operation}, run ${runs.length} of ${RUNS}: ${seconds.toFixed(1)} s, ${shares.own.toFixed(1)} s of it our own.`,
    );
  }
  return middleOf(runs);
}

/** By duration; of an even number the quicker one. @throws where there is none */
export function middleOf(runs: readonly Measured[]): Measured {
  const middle = runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor((runs.length - 1) / 2)];
  if (middle === undefined) throw new Error('Nothing was measured.');
  return middle;
}
