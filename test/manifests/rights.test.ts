import { describe, expect, it } from 'vitest';
import { AGENT_RULES } from '../../src/manifests/agent-rules.ts';
import { OPS_RULES, rightFor, rightsOf } from '../builders/granted.ts';
import { sourceFiles, textOf } from '../import-statements.ts';

/** Kinds that somebody reads, writes or waits for. */
const used = new Set(
  sourceFiles('activities', 'src/kubernetes', 'src/manifests', 'src/ceph', 'src/spec', 'worker').flatMap((file) =>
    [...textOf(file).matchAll(/(?:kind: |KIND = )'([A-Z][A-Za-z]+)'/g)].map(
      ([, kind = '']) => `${kind.toLowerCase()}s`,
    ),
  ),
);

const rights = [...rightsOf(OPS_RULES)];
const verbsOf = (resource: string): string[] =>
  rights.filter((right) => right.split(' ')[1]?.split('.')[0] === resource).map((right) => right.split(' ')[0] ?? '');

describe('rights of the ops worker', () => {
  it('name no kind of object that nothing uses', () => {
    const resources = OPS_RULES.flatMap((rule) => rule.resources).map((resource) => resource.split('/')[0] ?? '');
    expect(resources.filter((resource) => !used.has(resource))).toEqual([]);
    expect(used).toContain('replicasets');
  });

  it('change nothing of hosts, namespaces and volumes', () => {
    const changing = ['nodes', 'namespaces', 'persistentvolumes'].flatMap(verbsOf);
    expect(changing.filter((verb) => verb !== 'get' && verb !== 'list')).toEqual([]);
  });

  it('make events, and never change one', () => {
    expect(verbsOf('events').toSorted()).toEqual(['create', 'get', 'list']);
  });

  it('watch exactly what is waited for', () => {
    const watched = rights.filter((right) => right.startsWith('watch ')).map((right) => right.slice(6));
    expect(watched.toSorted()).toEqual([
      'configmaps',
      'poddisruptionbudgets.policy',
      'pods',
      'secrets',
      'serviceaccounts',
      'services',
    ]);
  });
});

describe('rights of the agents', () => {
  it('are what they use: keys, device tables, the document and the labels of pods', () => {
    expect([...rightsOf(AGENT_RULES)].toSorted()).toEqual([
      'create configmaps',
      'create secrets',
      'get configmaps',
      'get pods',
      'get secrets',
      'list cephclusters.ceph.rook.io',
      'list pods',
      'patch pods',
      'update configmaps',
    ]);
  });
});

describe('a request', () => {
  it.each([
    [{ method: 'GET', path: '/api/v1/namespaces/rook-ceph' }, 'get namespaces'],
    [{ method: 'GET', path: '/api/v1/namespaces/rook-ceph/pods', query: { watch: 'true' } }, 'watch pods'],
    [
      { method: 'PATCH', path: '/apis/ceph.rook.io/v1/namespaces/a/cephclusters/a/status' },
      'patch cephclusters/status.ceph.rook.io',
    ],
    [{ method: 'GET', path: '/api/v1/nodes' }, 'list nodes'],
  ] as const)('%j needs the right to %s', (request, needed) => {
    expect(rightFor(request)).toBe(needed);
  });
});
