import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { projectDirectory } from './checks.ts';
import { broken, type Tally } from './tally.ts';

type Project = 'unit' | 'workflows' | 'e2e';
/** The landing tier; all; those about disks and hosts of a running cluster alone. */
export type Stories = 'landing' | 'all' | 'day2';

/** The part of vitest's JSON report that is counted. */
interface Report {
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

const WHERE: Record<Project, string[]> = {
  unit: ['--project', 'unit'],
  workflows: ['--project', 'workflows'],
  e2e: ['--config', 'test/e2e/vitest.config.ts'],
};

const optionsFor = (stories: Stories) => ({
  cwd: projectDirectory,
  preferLocal: true,
  localDir: projectDirectory,
  reject: false,
  stdin: 'ignore' as const,
  env: { E2E_TIER: stories },
});

/** Runs a project of vitest.config.ts with its output shown, and counts what vitest itself reports. */
export async function runProject(project: Project, stories: Stories): Promise<Tally> {
  const directory = await mkdtemp(join(tmpdir(), 'cephflow-test-'));
  const file = join(directory, 'report.json');
  const reporters = ['--reporter', project === 'e2e' ? 'verbose' : 'default', '--reporter', 'json'];
  try {
    const ended = await execa('vitest', ['run', ...WHERE[project], ...reporters, '--outputFile.json', file], {
      ...optionsFor(stories),
      stdout: 'inherit',
      stderr: 'inherit',
    });
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) return broken(project, `vitest ended (${ended.exitCode}) without a report`);
    return count(project, JSON.parse(text) as Report, ended.failed);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Counts the tests of a project and names each. Vitest reads the files for that; nothing in them is run. */
export async function skipProject(project: Project, stories: Stories): Promise<Tally> {
  const listed = await execa('vitest', ['list', ...WHERE[project], '--json'], optionsFor(stories));
  if (listed.failed) return broken(project, `its tests could not be listed: ${listed.stderr}`);
  const tests = JSON.parse(listed.stdout) as { name: string; file: string }[];
  for (const { name, file } of tests) process.stdout.write(`  skipped  ${relative(projectDirectory, file)}  ${name}\n`);
  return { passed: 0, failed: 0, skipped: tests.length, failures: [] };
}

function count(project: Project, report: Report, failed: boolean): Tally {
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, file: relative(projectDirectory, name) })),
  );
  const failures = tests
    .filter(({ status }) => status === 'failed')
    .map(({ file, fullName, failureMessages: [why = ''] }) => `${file}: ${fullName}: ${firstLine(why)}`);
  // A file that could not be loaded has no test that could fail.
  for (const { name, status, message, assertionResults } of report.testResults)
    if (status === 'failed' && assertionResults.every((test) => test.status !== 'failed'))
      failures.push(`${relative(projectDirectory, name)}: ${firstLine(message) || 'could not be loaded'}`);
  if (failures.length === 0 && (failed || !report.success))
    failures.push(`${project}: vitest says that the run failed although no test did; its output above says why`);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const ran = passed + tests.filter(({ status }) => status === 'failed').length;
  return { passed, failed: failures.length, skipped: tests.length - ran, failures };
}

/** Enough to tell a failure from another at the end of a log whose middle is not kept; the run's own output has the rest. */
function firstLine(message: string): string {
  return stripVTControlCharacters(message.split('\n')[0] ?? '').slice(0, 500);
}
