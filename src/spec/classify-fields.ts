import { isDeepStrictEqual } from 'node:util';
import type { Finding, Json } from '../contract/finding.ts';
import { FIELD_CLASSES, type FieldClass } from './field-classes.ts';
import { type FieldPath, withoutNulls, writePath } from './field-path.ts';
import { optionFinding, refusedOptions } from './refused-options.ts';

type Pattern = readonly string[];

/** `mgr.modules[].name` as `mgr`, `modules`, `[]`, `name`. */
export const patternOf = (path: string): Pattern => path.replaceAll('[]', '.[]').split('.');

const partMatches = (pattern: string, part: string | number): boolean => {
  if (typeof part === 'number') return pattern === '[]';
  if (pattern.endsWith('*')) return part.startsWith(pattern.slice(0, -1));
  return pattern === part;
};

const matches = (pattern: Pattern, path: FieldPath): boolean =>
  pattern.length === path.length && pattern.every((part, index) => partMatches(part, path[index] ?? ''));

const ENTRIES = FIELD_CLASSES.map((entry) => ({ entry, pattern: patternOf(entry.path) }));

/** The classes of a field, those that name it exactly before those that have it by `*`. */
export const classesOf = (path: FieldPath): FieldClass[] => {
  const found = ENTRIES.filter(({ pattern }) => matches(pattern, path));
  const exact = found.filter(({ pattern }) => !pattern.some((part) => part.includes('*')));
  const partly = found.filter(({ pattern }) => pattern.at(-1) !== '*');
  const best = [exact, partly, found].find((list) => list.length > 0) ?? [];
  return best.map(({ entry }) => entry);
};

const asks = (entry: FieldClass, value: unknown): boolean => {
  if (entry.only) return entry.only.some((one) => isDeepStrictEqual(one, value));
  return !(entry.except ?? []).some((one) => isDeepStrictEqual(one, value));
};

const findingFor = (entry: FieldClass, path: FieldPath, value: unknown): Finding | undefined => {
  if (entry.fate === 'acted-on' || !asks(entry, value)) return undefined;
  const target = writePath(path);
  // Text can hold a password (a URL with credentials) and is not repeated.
  const evidence: Json | undefined = typeof value === 'boolean' || typeof value === 'number' ? { value } : undefined;
  const shared = { target, ...(evidence === undefined ? {} : { evidence }) };
  if (entry.fate === 'noted') {
    const instead = entry.because ? `: ${entry.because}` : '';
    return { code: 'FIELD_NOT_ACTED_ON', severity: 'info', because: `${target} has no effect${instead}.`, ...shared };
  }
  return {
    code: 'FIELD_REFUSED',
    severity: 'blocking',
    because: `${target} asks for something that is not built yet. ${entry.because ?? ''}.`,
    remedy: `Take ${target} out of the document, or keep this cluster with the tool that runs it.`,
    ...shared,
  };
};

const below = (value: unknown): [string | number, unknown][] => {
  if (Array.isArray(value)) return value.map((item, index): [number, unknown] => [index, item]);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
};

/** A finding and where its field stands in the document. */
export interface ClassifiedField {
  path: FieldPath;
  finding: Finding;
}

const walk = (path: FieldPath, value: unknown): ClassifiedField[] => {
  const entries = classesOf(path);
  if (entries.length === 0) return below(value).flatMap(([key, content]) => walk([...path, key], content));
  return entries.flatMap((entry) => {
    const finding = findingFor(entry, path, value);
    return finding ? [{ path: ['spec', ...path], finding }] : [];
  });
};

/** As classifyFields, with the place of each finding's field inside the document. */
export const classifiedFields = (document: unknown): ClassifiedField[] => {
  const given = withoutNulls(document);
  if (typeof given !== 'object' || given === null || !('spec' in given)) return [];
  return [...walk([], given.spec), ...optionFields(given.spec)];
};

const optionFields = (spec: unknown): ClassifiedField[] =>
  refusedOptions((spec as { cephConfig?: unknown } | null)?.cephConfig).map((refusal) => {
    const path = ['spec', 'cephConfig', refusal.section, refusal.option];
    return { path, finding: optionFinding(writePath(path), refusal) };
  });

/**
 * Tells which fields of a document have no effect (`FIELD_NOT_ACTED_ON`, info) and which forbid acting on it (`FIELD_REFUSED`,
 * blocking). Only what the document states counts, never a default; a value that asks for nothing makes no finding.
 * @param document a CephCluster document of whatever shape; it need not be valid
 */
export const classifyFields = (document: unknown): Finding[] =>
  classifiedFields(document).map(({ finding }) => finding);
