/**
 * `npm test` and `npm run test:all`: checks, unit tests, workflow tests, end-to-end stories on the lab. Every stage runs, also after one failed.
 * `npm run test:day2`: the stories about disks and hosts of a running cluster, alone.
 * Where the lab may run, its programs come first, because some of the unit tests and all workflow tests need its Temporal server.
 * The last line is plain: `N passed, N failed, N skipped`, summed over all of them.
 */
import { STATIC_CHECKS, runChecks } from './checks.ts';
import { fetchPrograms } from './lab-programs.ts';
import { closingLine, sum, type Tally } from './tally.ts';
import { runProject, skipProject, type Stories } from './vitest-stage.ts';

const OPTIONS: Record<string, Stories> = { '': 'landing', '--all': 'all', '--day2': 'day2' };
const option = process.argv.slice(2).join(' ');
const stories = OPTIONS[option];
if (stories === undefined) {
  process.stderr.write(`"${option}" is not known here; there are --all and --day2, one at a time.\n`);
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

async function beforeTheLab(): Promise<Tally[]> {
  return [
    await stage('checks', () => runChecks(STATIC_CHECKS)),
    ...(mayRunLab ? [await stage('programs of the lab', fetchPrograms)] : []),
    await stage('unit tests', () => runProject('unit', 'all')),
    await stage('workflows on a real Temporal server', () => runProject('workflows', 'all')),
  ];
}

const TITLES: Record<Stories, string> = {
  landing: 'end-to-end stories on the lab (npm run test:all adds the long ones)',
  all: 'end-to-end stories on the lab',
  day2: 'end-to-end stories of day 2 on the lab',
};
const total = sum([
  ...(stories === 'day2' ? [] : await beforeTheLab()),
  await stage(TITLES[stories], () => {
    if (mayRunLab) return runProject('e2e', stories);
    process.stdout.write('The lab needs root on Linux, so these are skipped:\n');
    return skipProject('e2e', stories);
  }),
]);

if (total.failures.length > 0)
  process.stdout.write(`\nFailed:\n${total.failures.map((failure) => `  ${failure}`).join('\n')}\n`);
process.stdout.write(`\n${closingLine(total)}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
