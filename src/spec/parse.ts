import type { Finding } from '../contract/finding.ts';
import { failure } from '../errors.ts';
import { API_VERSION, type CephClusterSpec, cephClusterSpec } from './ceph-cluster.ts';
import { classifiedFields } from './classify-fields.ts';
import { frameProblems, isFields } from './document-frame.ts';
import { type ClusterSource, type DocumentSource, findDocument } from './document-source.ts';
import { withoutNulls, writePath } from './field-path.ts';
import { type DocumentProblem, problemsOf } from './problems.ts';
import { storageProblems } from './storage-rules.ts';

/** A CephCluster document that can be acted on as far as its own content goes. */
export interface ParsedCluster {
  name: string;
  /** Also the name of the cluster everywhere. */
  namespace: string;
  /** With every default filled in. */
  spec: CephClusterSpec;
  /** Fields without effect (info) and fields that forbid acting on the document (blocking). */
  findings: Finding[];
}

const specProblems = (spec: Record<string, unknown>): DocumentProblem[] => {
  const parsed = cephClusterSpec.safeParse(spec, { reportInput: true });
  const between = storageProblems(spec['storage']).map(({ path, sentence }): DocumentProblem => ({
    code: 'FIELD_INVALID',
    path: ['spec', ...path],
    sentence,
  }));
  return [...(parsed.error?.issues ?? []).flatMap(problemsOf), ...between];
};

const findingOf = (source: DocumentSource, { code, path, sentence }: DocumentProblem): Finding => {
  const target = writePath(path);
  const place = source.placeOf?.(path);
  const because = `${target}: ${sentence}${sentence.endsWith('?') ? '' : '.'}`;
  return { code, severity: 'blocking', because, target, ...(place === undefined ? {} : { evidence: { at: place } }) };
};

const refusal = (source: DocumentSource, problems: DocumentProblem[]): Error => {
  const told = problems
    .map((problem) => {
      const place = source.placeOf?.(problem.path);
      const line = `${place === undefined ? '' : `${place}: `}${writePath(problem.path)}: ${problem.sentence}`;
      return { line, finding: findingOf(source, problem) };
    })
    .sort((left, right) => left.line.localeCompare(right.line, 'en', { numeric: true }));
  const counted = told.length === 1 ? 'has a problem' : `has ${told.length} problems`;
  const lines = told.map(({ line }) => `\n  ${line}`).join('');
  const findings = told.map(({ finding }) => finding);
  return failure('INVALID_DOCUMENT', `${source.called} ${counted}:${lines}`, { findings });
};

const findingsOf = (source: DocumentSource, document: unknown): Finding[] =>
  classifiedFields(document).map(({ path, finding }) => {
    const place = source.placeOf?.(path);
    return place === undefined ? finding : { ...finding, evidence: { ...Object(finding.evidence), at: place } };
  });

/**
 * Reads a CephCluster document, from the API server or from a YAML text. Unknown fields are errors here, although the resource
 * definition preserves them: a slip must not silently become a default. Fields that are refused do not throw; they are
 * blocking findings, so that an operation can show them beside everything else.
 * @throws INVALID_DOCUMENT with every problem, one a line: its place where there is a file, its path, what is wrong
 */
export const parseCephCluster = (input: ClusterSource): ParsedCluster => {
  const source = findDocument(input);
  const document = withoutNulls(source.value);
  if (!isFields(document)) {
    throw failure('INVALID_DOCUMENT', `${source.called} is no document of ${API_VERSION}: it has no fields`);
  }
  const { metadata, spec } = document as { metadata?: unknown; spec?: unknown };
  const problems = [...frameProblems(document), ...(isFields(spec) ? specProblems(spec) : [])];
  if (problems.length > 0) throw refusal(source, problems);
  const { name, namespace } = metadata as { name: string; namespace: string };
  return { name, namespace, spec: cephClusterSpec.parse(spec), findings: findingsOf(source, document) };
};
