import { API_VERSION, KIND } from './ceph-cluster.ts';
import { nearest } from './nearest.ts';
import type { DocumentProblem } from './problems.ts';

const TOP_FIELDS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const DNS_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (path: string[], sentence: string): DocumentProblem => ({ code: 'FIELD_INVALID', path, sentence });

const constantProblems = (document: Fields): DocumentProblem[] =>
  Object.entries({ apiVersion: API_VERSION, kind: KIND }).flatMap(([field, expected]) => {
    const value = document[field];
    if (value === expected) return [];
    return [
      invalid(
        [field],
        value === undefined ? `is missing; write ${expected}` : `must be ${expected}, is ${JSON.stringify(value)}`,
      ),
    ];
  });

const nameProblem = (metadata: Fields, field: string, allowed: RegExp, why: string): DocumentProblem[] => {
  const value = metadata[field];
  if (value === undefined) return [invalid(['metadata', field], `is missing${why}`)];
  if (typeof value === 'string' && allowed.test(value)) return [];
  return [invalid(['metadata', field], `must have only a-z, 0-9 and "-", is ${JSON.stringify(value)}`)];
};

const metadataProblems = (metadata: unknown): DocumentProblem[] => {
  if (!isFields(metadata)) return [invalid(['metadata'], 'is missing; it needs a name and a namespace')];
  return [
    ...nameProblem(metadata, 'name', DNS_NAME, ''),
    ...nameProblem(metadata, 'namespace', DNS_LABEL, ': a cluster is named by its namespace everywhere'),
  ];
};

/** What is wrong around `spec`: kind, version, names, unknown fields at the top. */
export const frameProblems = (document: Fields): DocumentProblem[] => {
  const unknown = Object.keys(document).filter((key) => !TOP_FIELDS.includes(key));
  const spec = document['spec'];
  return [
    ...constantProblems(document),
    ...metadataProblems(document['metadata']),
    ...(isFields(spec) ? [] : [invalid(['spec'], spec === undefined ? 'is missing' : 'must be a group of fields')]),
    ...unknown.map((key): DocumentProblem => {
      const meant = nearest(key, TOP_FIELDS);
      return {
        code: 'FIELD_UNKNOWN',
        path: [key],
        sentence: `is no known field${meant ? `; did you mean ${meant}?` : ''}`,
      };
    }),
  ];
};
