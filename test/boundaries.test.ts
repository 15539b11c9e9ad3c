import { describe, expect, it } from 'vitest';
import { filesUnder, importsOf, reachedFrom, sourceFiles, textOf, type Import } from './import-statements.ts';

const OWN = ['src', 'workflows', 'activities', 'worker', 'deploy', 'test'];
const PURE = ['src/contract', 'src/domain', 'src/spec', 'src/manifests', 'src/console'];
const ADAPTERS = ['src/ceph', 'src/kubernetes', 'src/disks'];
/** Functions of Node that read nothing and change nothing: values in, value out. */
const PURE_BUILTINS: Record<string, string[]> = {
  'node:crypto': ['createHash'],
  'node:net': ['isIP', 'isIPv4', 'isIPv6'],
  'node:path': ['posix'],
  'node:util': ['isDeepStrictEqual'],
};

const under = (file: string, folders: readonly string[]): boolean =>
  folders.some((folder) => file.startsWith(`${folder}/`));
const isNode = (specifier: string): boolean => specifier.startsWith('node:');
const isPackage = (specifier: string, name: string): boolean => specifier === name || specifier.startsWith(`${name}/`);
const shown = ({ from, to, kind }: Import): string => `${from} imports ${kind === 'type' ? 'types of ' : ''}${to}`;

const broken = (folders: string[], forbidden: (found: Import) => boolean): string[] =>
  sourceFiles(...folders)
    .flatMap((file) => importsOf(file))
    .filter(forbidden)
    .map(shown);

describe('imports go one way', () => {
  it('pure folders reach no adapter, no process and no network', () => {
    const allowed = ({ to, names }: Import): boolean => {
      const pure = PURE_BUILTINS[to] ?? [];
      if (isNode(to)) return names.length > 0 && names.every((name) => pure.includes(name));
      if (to.endsWith('.ts')) return under(to, PURE) || to === 'src/errors.ts' || to === 'src/redact.ts';
      return ['zod', 'yaml'].includes(to);
    };
    expect(broken(PURE, (found) => !allowed(found))).toEqual([]);
  });

  it('adapters know nothing of workflows, activities, workers and commands', () => {
    const above = ['workflows', 'activities', 'worker', 'src/cli'];
    expect(broken(ADAPTERS, ({ to }) => under(to, above) || to.startsWith('@temporalio/'))).toEqual([]);
  });

  it('workflows import the Temporal sandbox, contracts and renderers only', () => {
    const allowed = ({ to, kind }: Import): boolean =>
      kind === 'type' ||
      ['@temporalio/workflow', '@temporalio/common'].includes(to) ||
      under(to, ['workflows', 'src/contract', 'src/console']);
    expect(broken(['workflows'], (found) => !allowed(found))).toEqual([]);
  });

  it('what a workflow runs reaches nothing that only Node has', () => {
    const reached = reachedFrom('workflows/index.ts');
    const builtins = reached
      .flatMap((file) => importsOf(file))
      .filter(({ to, kind }) => kind === 'value' && isNode(to));
    expect(builtins.map(shown)).toEqual([]);
    expect(reached).toContain('workflows/runbook.ts');
  });

  it('activities are free of workflow code', () => {
    expect(
      broken(
        ['activities'],
        ({ to }) => under(to, ['workflows', 'worker', 'src/cli']) || isPackage(to, '@temporalio/workflow'),
      ),
    ).toEqual([]);
  });

  it('commands run without the native worker', () => {
    const reached = reachedFrom('src/cli/main.ts').flatMap((file) => importsOf(file));
    const native = reached.filter(({ to, kind }) => kind === 'value' && isPackage(to, '@temporalio/worker'));
    expect(native.map(shown)).toEqual([]);
    expect(broken(['src/cli'], ({ to }) => under(to, ['workflows', 'activities', 'worker']))).toEqual([]);
  });

  it('nothing that ships imports the lab or a test', () => {
    expect(broken(['src', 'workflows', 'activities', 'worker'], ({ to }) => under(to, ['deploy', 'test']))).toEqual([]);
  });
});

describe('the import reader', () => {
  const kinds = (text: string) => importsOf('workflows/x.ts', text).map(({ to, kind }) => `${kind} ${to}`);

  it('sees imports over several lines, side effects, re-exports and dynamic ones', () => {
    expect(
      kinds(`import {\n  a,\n  type B,\n} from '../src/a.ts';\nimport 'zod';\nexport { c } from './c.ts';`),
    ).toEqual(['value src/a.ts', 'value zod', 'value workflows/c.ts']);
    expect(kinds(`const late = await import('node:fs');`)).toEqual(['value node:fs']);
  });

  it('tells types from what runs', () => {
    expect(kinds(`import type { A } from './a.ts';\nimport { type B, type C } from './b.ts';`)).toEqual([
      'type workflows/a.ts',
      'type workflows/b.ts',
    ]);
  });
});

describe('house rules', () => {
  const sources = sourceFiles(...OWN);

  it('no file is longer than 300 lines', () => {
    const lines = (file: string) => textOf(file).trimEnd().split('\n').length;
    expect(sources.filter((file) => lines(file) > 300).map((file) => `${file}: ${lines(file)} lines`)).toEqual([]);
  });

  it('no value is typed "any"', () => {
    const ANY = /(?:[:<,|&(]\s*|\bas\s+)any\b(?!\s*[a-z'])/;
    expect(sources.filter((file) => ANY.test(withoutText(textOf(file))))).toEqual([]);
  });

  it('no default export and no vague file name', () => {
    const vague = /(?:^|\/)(?:utils?|helpers?|common|misc|types|manager)\.ts$/;
    expect(sources.filter((file) => vague.test(file))).toEqual([]);
    expect(sources.filter((file) => !file.endsWith('.config.ts') && /^export default /m.test(textOf(file)))).toEqual(
      [],
    );
  });

  it("no path of a builder's machine and no package registry is written down", () => {
    const machine = /(?:^|[\s'"`(=])\/(?:work|root)\//m;
    const registry = /registry\.(?:npmjs|yarnpkg)\.|proxy\.golang\.|pypi\.org|deb\.debian\.org|(?:quay|docker)\.io\/v2/;
    const files = [
      ...filesUnder(...OWN, 'docs', '.ci'),
      'README.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'package.json',
    ];
    const found = files
      .filter((file) => file !== 'test/boundaries.test.ts')
      .filter((file) => machine.test(textOf(file)) || registry.test(textOf(file)));
    expect(found).toEqual([]);
  });
});

/** Comments and string contents may say "any". */
const withoutText = (source: string): string =>
  source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/g, "''")
    .replace(/\/\/.*$/gm, '');
