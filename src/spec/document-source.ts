import { failure } from '../errors.ts';
import { KIND } from './ceph-cluster.ts';
import { isFields } from './document-frame.ts';
import type { FieldPath } from './field-path.ts';
import { nearest } from './nearest.ts';
import { readYaml, type YamlDocument } from './yaml-source.ts';

export type ClusterSource = { value: unknown } | { text: string; file: string };

/** A document, and how its fields are found again in what the person wrote. */
export interface DocumentSource {
  /** How messages call it. */
  called: string;
  value: unknown;
  placeOf?: (path: FieldPath) => string;
}

const kindOf = (document: YamlDocument): string => {
  const kind = isFields(document.value) ? document.value['kind'] : undefined;
  return typeof kind === 'string' ? kind : 'something without a kind';
};

/** A lone document with a slip in its kind is taken, so that the slip is told together with all other problems. */
const isMeant = (document: YamlDocument): boolean =>
  isFields(document.value) && (!('kind' in document.value) || nearest(kindOf(document), [KIND]) === KIND);

const chooseDocument = (documents: YamlDocument[], file: string): YamlDocument => {
  const clusters = documents.filter((document) => kindOf(document) === KIND);
  if (clusters.length > 1) {
    const places = clusters.map((document) => document.placeOf(['kind'])).join(', ');
    const several = `${file} has ${clusters.length} documents of kind ${KIND} (${places})`;
    throw failure(
      'INVALID_DOCUMENT',
      `${several}, but an operation is about one cluster: put each into a file of its own`,
    );
  }
  const [chosen] = clusters.length === 1 ? clusters : documents.length === 1 ? documents.filter(isMeant) : [];
  if (chosen) return chosen;
  const kinds = [...new Set(documents.map(kindOf))].sort().join(', ');
  const has = kinds === '' ? 'is empty' : `has no document of kind ${KIND}, only ${kinds}`;
  throw failure('INVALID_DOCUMENT', `${file} ${has}`);
};

/** Finds the one CephCluster document that is meant. */
export const findDocument = (input: ClusterSource): DocumentSource => {
  if (!('text' in input)) return { called: `The ${KIND} document`, value: input.value };
  const { documents, problems } = readYaml(input.text, input.file);
  if (problems.length > 0) {
    const lines = problems.map(({ at, sentence }) => `\n  ${at}: ${sentence}`).join('');
    throw failure('INVALID_DOCUMENT', `${input.file} cannot be read as YAML:${lines}`);
  }
  const chosen = chooseDocument(documents, input.file);
  return { called: input.file, value: chosen.value, placeOf: (path) => chosen.placeOf(path) };
};
