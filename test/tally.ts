/** What a stage of the test run came to. `failures` names each failed thing, so that the end of a long log says it once more. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
}

export const sum = (tallies: Tally[]): Tally =>
  tallies.reduce(
    (total, next) => ({
      passed: total.passed + next.passed,
      failed: total.failed + next.failed,
      skipped: total.skipped + next.skipped,
      failures: [...total.failures, ...next.failures],
    }),
    { passed: 0, failed: 0, skipped: 0, failures: [] },
  );

/** What a stage comes to that could not do its work at all. */
export const broken = (stage: string, why: string): Tally => ({
  passed: 0,
  failed: 1,
  skipped: 0,
  failures: [`${stage}: ${why}`],
});

/** The closing line of every run, plain so that a program can read it. */
export const closingLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;
