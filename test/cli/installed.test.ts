import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asCalled, commandWords, programName } from '../../src/cli/program-name.ts';
import { reachedFrom } from '../import-statements.ts';
import { finished, runCommand } from './fake-outside.ts';

const root = join(import.meta.dirname, '../..');
const packageFile = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
  files: string[];
};

describe('the installed package', () => {
  let prefix: string;

  /** As `npm install --global` lays it out: the package below node_modules, where Node itself takes no TypeScript. */
  beforeAll(() => {
    prefix = mkdtempSync(join(tmpdir(), 'installed-'));
    const modules = join(prefix, 'lib/node_modules');
    const target = join(modules, 'cephflow');
    mkdirSync(target, { recursive: true });
    ['package.json', ...packageFile.files].forEach((file) =>
      cpSync(join(root, file), join(target, file), { recursive: true }),
    );
    symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'));
    mkdirSync(join(prefix, 'bin'));
    Object.entries(packageFile.bin).forEach(([name, file]) =>
      symlinkSync(join(target, file), join(prefix, 'bin', name)),
    );
  });
  afterAll(() => rmSync(prefix, { recursive: true }));

  const start = async (name: string, ...words: string[]) => {
    const PATH = `${join(root, 'node_modules/.bin')}:/usr/bin:/bin`;
    return await execa(join(prefix, 'bin', name), words, { env: { PATH }, extendEnv: false, reject: false });
  };

  it('runs, and says nothing of its own doing', async () => {
    const { exitCode, stdout, stderr } = await start('cephflow', 'show', '--help');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: cephflow show /);
  });

  it('runs as a plugin of kubectl, and says so in help', async () => {
    const { stdout } = await start('kubectl-cephflow', 'show', '--help');
    expect(stdout).toMatch(/^Usage: kubectl cephflow show /);
    expect(stdout).toContain('\n  kubectl cephflow show bootstrap:rook-ceph --output json');
  });

  it("answers kubectl's question for candidates in kubectl's form", async () => {
    const { stdout, stderr } = await start('kubectl_complete-cephflow', 'stat');
    expect([stdout, stderr]).toEqual(['status\tShow the health of a cluster as Ceph itself tells it now\n:4', '']);
  });

  it('has every file that its commands reach', () => {
    const packed = (file: string): boolean => packageFile.files.some((folder) => file.startsWith(`${folder}/`));
    expect(reachedFrom('src/cli/main.ts').filter((file) => !packed(file))).toEqual([]);
  });
});

describe('the name of the program', () => {
  it('is the one by which it was called', () => {
    expect(programName('/usr/bin/kubectl-cephflow')).toBe('kubectl cephflow');
    expect(programName('/opt/cephflow/src/cli/main.ts')).toBe('cephflow');
    expect(commandWords('/usr/bin/kubectl_complete-cephflow', ['show', ''])).toEqual(['__complete', 'show', '']);
    expect(commandWords('/usr/bin/kubectl-cephflow', ['show'])).toEqual(['show']);
  });

  const plugin = { programName: 'kubectl cephflow' };

  it.each([
    ['list them with "cephflow operations".', 'list them with "kubectl cephflow operations".'],
    ['Follow it again with: cephflow watch x', 'Follow it again with: kubectl cephflow watch x'],
    ['Yes:\n  cephflow approve x', 'Yes:\n  kubectl cephflow approve x'],
    ['a bug of cephflow: pods of cephflow stay', 'a bug of cephflow: pods of cephflow stay'],
    ['look at cephflow-system/cephflow-ops', 'look at cephflow-system/cephflow-ops'],
  ])('stands in command lines and nowhere else: %s', (text, expected) => {
    expect(asCalled(plugin, text)).toBe(expected);
    expect(asCalled(plugin, expected)).toBe(expected);
    expect(asCalled({ programName: 'cephflow' }, text)).toBe(text);
  });

  it('stands in what the talk tells to type, and never in data', async () => {
    const talk = await runCommand(['show', 'x'], plugin);
    expect(talk.err).toContain('list them with "kubectl cephflow operations"');
    const json = await runCommand(['watch', 'x', '-o', 'json'], {
      ...plugin,
      running: { status: 'completed' },
      looks: [finished({ summary: 'See: cephflow show x' })],
    });
    expect(json.out).toContain('See: cephflow show x');
  });
});
