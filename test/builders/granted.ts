import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { ApiRequest } from '../../src/kubernetes/connection.ts';
import type { PolicyRule } from '../../src/manifests/agent-rules.ts';

const FILE = join(import.meta.dirname, '../../deploy/kubernetes/cluster-role.yaml');

/** Rules of the role that users apply for the ops worker. */
export const OPS_RULES: PolicyRule[] = parseAllDocuments(readFileSync(FILE, 'utf8')).flatMap(
  (document) => (document.toJS() as { rules?: PolicyRule[] }).rules ?? [],
);

const VERBS = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;

/** What Kubernetes asks its roles for, by method and path; every right of a role is one such line. */
export function rightFor({ method, path, query }: ApiRequest): string {
  const parts = path.split('/').filter((part) => part !== '');
  const [group, rest] = parts[0] === 'api' ? ['', parts.slice(2)] : [parts[1] ?? '', parts.slice(3)];
  const [resource = '', name, subresource] = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
  const reading = query?.['watch'] === 'true' ? 'watch' : name === undefined ? 'list' : 'get';
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return right(method === 'GET' ? reading : VERBS[method], what, group);
}

export const right = (verb: string, resource: string, group: string): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}`;

export const rightsOf = (rules: PolicyRule[]): Set<string> =>
  new Set(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => right(verb, resource, group)))),
    ),
  );
