/**
 * `npm test` and `npm run test:all`: checks, unit tests, workflow tests, end-to-end stories on the lab. Every stage runs, also after one failed.
 * Where the lab may run, its programs come first, because some of the unit tests and all workflow tests need its Temporal server.
 * The last line is plain: `N passed, N failed, N skipped`, summed over all of them.
 */
import { STATIC_CHECKS, runChecks } from './checks.ts';
import { fetchPrograms } from './lab-programs.ts';
import { closingLine, sum, type Tally } from './tally.ts';
import { runProject, skipProject } from './vitest-stage.ts';

const stories = process.argv.includes('--all') ? 'all' : 'landing';
const unknown = process.argv.slice(2).filter((argument) => argument !== '--all');
if (unknown.length > 0) {
  process.stderr.write(`"${unknown.join(' ')}" is not known here; there is only --all.\n`);
  process.exit(2);
}

const mayRunLab = process.platform === 'linux' && process.getuid?.() === 0;

async function stage(name: string, run: () => Promise<Tally>): Promise<Tally> {
  const since = Date.now();
  process.stdout.write(`\n== ${name}\n`);
  const tally = await run();
  process.stdout.write(`== ${name}: ${closingLine(tally)}, ${Math.round((Date.now() - since) / 1000)} s\n`);
  return tally;
}

const endToEnd = `end-to-end stories on the lab${stories === 'landing' ? ' (npm run test:all adds the long ones)' : ''}`;
const total = sum([
  await stage('checks', () => runChecks(STATIC_CHECKS)),
  ...(mayRunLab ? [await stage('programs of the lab', fetchPrograms)] : []),
  await stage('unit tests', () => runProject('unit', 'all')),
  await stage('workflows on a real Temporal server', () => runProject('workflows', 'all')),
  await stage(endToEnd, () => {
    if (mayRunLab) return runProject('e2e', stories);
    process.stdout.write('The lab needs root on Linux, so these are skipped:\n');
    return skipProject('e2e', stories);
  }),
]);

if (total.failures.length > 0)
  process.stdout.write(`\nFailed:\n${total.failures.map((failure) => `  ${failure}`).join('\n')}\n`);
process.stdout.write(`\n${closingLine(total)}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
