import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

export interface Import {
  /** The importing file, from the project's directory. */
  from: string;
  /** A file of this project from its directory, or the specifier of a package or Node module. */
  to: string;
  kind: 'value' | 'type';
  /** What is named in braces. */
  names: string[];
}

/** Files of the given folders, from the project's directory, in order of their names. */
export const filesUnder = (...folders: string[]): string[] =>
  folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted();

export const sourceFiles = (...folders: string[]): string[] =>
  filesUnder(...folders).filter((file) => file.endsWith('.ts'));

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

const STATEMENT = /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/g;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Every import and re-export of a file. An import whose names all carry `type` counts as one of types: nothing of it runs. */
export function importsOf(file: string, text: string = textOf(file)): Import[] {
  const resolve = (specifier: string): string =>
    specifier.startsWith('.') ? relative('.', join(dirname(file), specifier)) : specifier;
  const statements = [...text.matchAll(STATEMENT)].map(([statement, , type, specifier = '']): Import => {
    const names = namesIn(statement);
    const onlyTypes = names.length > 0 && names.every((name) => name.startsWith('type '));
    return { from: file, to: resolve(specifier), kind: type !== undefined || onlyTypes ? 'type' : 'value', names };
  });
  const dynamic = [...text.matchAll(DYNAMIC)].map(([, specifier = '']): Import => ({
    from: file,
    to: resolve(specifier),
    kind: 'value',
    names: [],
  }));
  return [...statements, ...dynamic];
}

function namesIn(statement: string): string[] {
  const listed = /^\s*(?:import|export)\s+(?:type\s+)?\{([^}]*)\}/.exec(statement)?.[1] ?? '';
  return listed
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Files that run when this one is imported, itself included: what "pure" has to hold for. */
export function reachedFrom(file: string): string[] {
  const seen = new Set<string>();
  const visit = (next: string): void => {
    if (seen.has(next)) return;
    seen.add(next);
    for (const { to, kind } of importsOf(next)) if (kind === 'value' && to.endsWith('.ts')) visit(to);
  };
  visit(file);
  return [...seen];
}
