/** `npm run check`: what a change must hold before anyone reads it, in well under a minute. */
import { IN_STEP, runChecks, STATIC_CHECKS } from './checks.ts';

const { failures } = await runChecks([...STATIC_CHECKS, IN_STEP]);
if (failures.length > 0) {
  process.stdout.write(`\nNot in order:\n${failures.map((failure) => `  ${failure}`).join('\n')}\n`);
  process.exitCode = 1;
}
