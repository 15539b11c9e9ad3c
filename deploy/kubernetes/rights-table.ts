import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isNode, isSeq, parseAllDocuments, type Document } from 'yaml';
import { AGENT_RIGHTS, type PolicyRule } from '../../src/manifests/agent-rules.ts';
import { NAMES } from '../../src/manifests/names.ts';

/** One right with its reason, as docs/security.md shows it. */
export interface Right {
  who: string;
  where: string;
  because: string;
  rule: PolicyRule;
}

interface Manifest {
  kind: string;
  metadata: { name: string };
  roleRef?: { name: string };
  subjects?: { name: string; namespace: string }[];
}

/** Kinds that lie in no namespace: a right on them is one on the whole Kubernetes cluster. */
const WITHOUT_NAMESPACE: readonly string[] = ['nodes', 'namespaces', 'persistentvolumes', 'customresourcedefinitions'];

const BEGIN = '<!-- rights: npm run generate -->';
const END = '<!-- end of rights -->';

/** Every right that the manifests of this folder and the agents' Role give, with the reason that stands beside it there. */
export function allRights(): Right[] {
  const documents = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
    .toSorted()
    .flatMap((name) => parseAllDocuments(readFileSync(join(import.meta.dirname, name), 'utf8')));
  const manifests = documents.map((document) => document.toJS() as Manifest);
  const bound = documents.flatMap((document, index) => {
    const { kind, metadata } = manifests[index] as Manifest;
    if (kind !== 'ClusterRole' && kind !== 'Role') return [];
    const bindings = manifests.filter(({ roleRef }) => roleRef?.name === metadata.name);
    return bindings.flatMap((binding) => rightsOf(document as Document, binding));
  });
  return [...bound, ...agentRights()];
}

function rightsOf(document: Document, { kind, metadata, subjects = [] }: Manifest): Right[] {
  return rulesOf(document).flatMap(({ because, rule }) =>
    subjects.map(({ name, namespace }) => {
      const isClusterWide = rule.resources.every((resource) => WITHOUT_NAMESPACE.includes(resource));
      const bound = kind === 'ClusterRoleBinding' ? 'every namespace' : `where ${metadata.name} is bound`;
      return { who: `${namespace}/${name}`, where: isClusterWide ? 'the cluster' : bound, because, rule };
    }),
  );
}

/** Rules of a role in a file; the reason of each is the comment above it. */
function rulesOf(document: Document): { because: string; rule: PolicyRule }[] {
  const rules = document.get('rules');
  if (!isSeq(rules)) return [];
  return rules.items.map((item, index) => {
    // What stands above the first item belongs to the list, as the parser sees it.
    const comment = isNode(item) ? (item.commentBefore ?? (index === 0 ? rules.commentBefore : undefined)) : undefined;
    if (!isMap(item) || !comment) throw new Error(`Rule ${index + 1} of a role has no comment above it that says why.`);
    return { because: comment.replaceAll(/\s*\n\s*/g, ' ').trim(), rule: item.toJSON() as PolicyRule };
  });
}

const agentRights = (): Right[] =>
  AGENT_RIGHTS.map((right) => ({ who: NAMES.agent, where: "the cluster's own namespace", ...right }));

/** The page with the table of today between its two marks. */
export function withRightsTable(page: string): string {
  const [before, rest] = page.split(`${BEGIN}\n`);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`The page lacks the mark "${BEGIN}" or "${END}", between which the table of rights stands.`);
  return `${before}${BEGIN}\n${renderTable(allRights())}\n${END}${after}`;
}

const renderTable = (rights: Right[]): string =>
  [
    '<!-- prettier-ignore-start -->',
    '| Who | Where | Resource | Verbs | Why |',
    '| --- | --- | --- | --- | --- |',
    ...rights.map(
      ({ who, where, because, rule }) => `| ${[who, where, ...cellsOf(rule), escaped(because)].join(' | ')} |`,
    ),
    '<!-- prettier-ignore-end -->',
  ].join('\n');

function cellsOf({ apiGroups, resources, resourceNames, verbs }: PolicyRule): string[] {
  const named = apiGroups.flatMap((group) =>
    resources.map((resource) => `\`${group === '' ? resource : `${resource}.${group}`}\``),
  );
  const only = resourceNames === undefined ? '' : ` named ${resourceNames.map((name) => `\`${name}\``).join(', ')}`;
  return [`${named.join(', ')}${only}`, verbs.join(', ')];
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '\\<');
