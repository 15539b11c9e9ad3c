import { dirname, join } from 'node:path';
import { filesUnder, textOf } from '../import-statements.ts';

export const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...filesUnder('docs').filter((file) => file.endsWith('.md')),
];

/** Text of headings of one level, in order. */
export const headings = (text: string, level: number): string[] =>
  [...text.matchAll(new RegExp(`^${'#'.repeat(level)} (.+)$`, 'gm'))].map(([, heading = '']) => heading.trim());

/** What stands between a heading of level 2 and the next. */
export const section = (text: string, heading: string): string =>
  text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** Contents of the code blocks of one language. */
export const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code);

/** Cells of the rows of all tables, without the heads. */
export const tableRows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line, index, lines) => line.startsWith('|') && !isHead(line, lines[index + 1]))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );

const isHead = (line: string, next = ''): boolean => isRule(line) || isRule(next);
const isRule = (line: string): boolean => /^\|[\s|:-]+\|$/.test(line);

/** Files of this project that a page links to, from the project's directory. */
export const linkedFiles = (page: string): string[] =>
  [...textOf(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, target = '']) => join(dirname(page), target));

/** Command lines of all shell blocks of a page. */
export const commandLines = (page: string): string[] =>
  blocks(textOf(page), 'bash')
    .flatMap((code) => code.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
