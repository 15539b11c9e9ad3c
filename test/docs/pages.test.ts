import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { MESSAGES, type MessageName } from '../../src/contract/messages.ts';
import { checkInput, type OperationContract } from '../../src/contract/operation.ts';
import { STARTABLE } from '../../src/contract/operations.ts';
import { filesUnder, textOf } from '../import-statements.ts';
import { blocks, commandLines, headings, linkedFiles, pages, section, tableRows } from './markdown.ts';

const startable = STARTABLE as readonly OperationContract<unknown>[];
const root = join(import.meta.dirname, '../..');

describe('the page of an operation', () => {
  it('exists for each, and no other does', () => {
    const expected = startable.map(({ name }) => `docs/operations/${name}.md`);
    expect(filesUnder('docs/operations')).toEqual(expected.toSorted());
  });

  it.each(startable)('$name: a heading for each step, in order', ({ name, steps }) => {
    const page = textOf(`docs/operations/${name}.md`);
    expect(headings(section(page, 'What it will do'), 3)).toEqual([...steps]);
    expect(headings(page, 1)).toEqual([name]);
  });

  it.each(startable)('$name: when, what, how to stop it, what is left, how to check', ({ name }) => {
    const changesHosts = ['bootstrap', 'add-node', 'add-disk', 'replace-disk', 'remove-disk', 'teardown'].includes(
      name,
    );
    expect(headings(textOf(`docs/operations/${name}.md`), 2)).toEqual([
      'When to use it',
      ...(name === 'add-disk' ? ['By itself'] : []),
      'What it will do',
      'How to stop it',
      ...(changesHosts ? ['A host that does not answer'] : []),
      'What is left if it stops',
      'How to check afterwards',
    ]);
  });

  it.each(startable)('$name: its example is what the operation itself shows, and is accepted', (contract) => {
    const [example = ''] = blocks(textOf(`docs/operations/${contract.name}.md`), 'json');
    expect(JSON.parse(example)).toEqual(contract.example);
    expect(checkInput(contract, JSON.parse(example))).toHaveProperty('input');
  });
});

describe('README', () => {
  const readme = textOf('README.md');

  it('has the table of operations as the contracts have it', () => {
    const rows = tableRows(section(readme, 'Operations')).map(([name, type, id, does]) => [name, type, id, does]);
    expect(rows).toEqual(
      startable.map(({ name, workflowType, suggestedId, does, example }) => [
        `[${name}](docs/operations/${name}.md)`,
        `\`${workflowType}\``,
        `\`${suggestedId(example)}\``,
        does,
      ]),
    );
  });

  it('has a payload for every message, and each would be understood', () => {
    const rows = tableRows(section(readme, 'Messages to a running operation'));
    const names = rows.map(([name = '']) => name.replaceAll('`', ''));
    expect(names).toEqual(Object.keys(MESSAGES));
    const refused = rows.filter(
      ([, payload = ''], index) =>
        !MESSAGES[names[index] as MessageName].safeParse(JSON.parse(payload.replaceAll('`', ''))).success,
    );
    expect(refused).toEqual([]);
  });

  it('names no folder that is not there', () => {
    const [tree = ''] = blocks(section(readme, 'Where things are'), '');
    const folders = [...tree.matchAll(/^((?:[a-z0-9/]+\/ ?)+)/gm)].flatMap(([, named = '']) =>
      named.trim().split(/\s+/),
    );
    expect(folders.length).toBeGreaterThan(10);
    expect(folders.filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
  });
});

describe('every page', () => {
  it('links to files that are there', () => {
    const missing = pages.flatMap((page) =>
      linkedFiles(page)
        .filter((file) => !existsSync(join(root, file)))
        .map((file) => `${page}: ${file}`),
    );
    expect(missing).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = pages.flatMap((page) =>
      [...textOf(page).matchAll(/\bnpm run (?:--silent )?([a-z0-9:]+)/g)].map(([, script = '']) => script),
    );
    expect(named).toContain('demo');
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  });

  it('shows commands that the program takes', async () => {
    const lines = pages.flatMap((page) =>
      commandLines(page).flatMap((line) => line.split(/npm run (?:--silent )?cephflow -- /)[1] ?? []),
    );
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) await expect(parse(line), line).resolves.toBeDefined();
  });

  it('that is a decision has the number and title of its file, and all four parts', () => {
    const decisions = filesUnder('docs/decisions');
    decisions.forEach((file, index) => {
      const [title = ''] = headings(textOf(file), 1);
      const slug = title
        .toLowerCase()
        .replaceAll("'", '')
        .replaceAll(/[^a-z0-9]+/g, '-');
      expect(file).toBe(`docs/decisions/${slug}.md`);
      expect(slug.startsWith(String(index + 1).padStart(4, '0'))).toBe(true);
      for (const part of ['Context', 'Decision', 'Consequences', 'Rejected'])
        expect(textOf(file)).toContain(`**${part}.**`);
    });
    expect(decisions.length).toBeGreaterThanOrEqual(5);
  });
});

/** Parses as the program does, without doing anything; rejects where the program would refuse the line. */
async function parse(line: string): Promise<unknown> {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const silent = { out: () => {}, err: () => {} } as unknown as Io;
  return buildProgram(() => () => Promise.resolve(), silent).parseAsync(words, { from: 'user' });
}
