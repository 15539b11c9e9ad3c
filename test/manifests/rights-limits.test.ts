import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { AGENT_RULES, type PolicyRule } from '../../src/manifests/agent-rules.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { OPS_RULES, rightsOf } from '../builders/granted.ts';
import { sourceFiles, textOf } from '../import-statements.ts';
import { anAgent } from './a-cluster.ts';

const base = join(import.meta.dirname, '../../deploy/kubernetes');
const manifests = readdirSync(base)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => parseAllDocuments(readFileSync(join(base, name), 'utf8')))
  .map((document) => document.toJS() as KubernetesObject);
const agent = anAgent('ours');

const WITHOUT_NAMESPACE = ['nodes', 'namespaces', 'persistentvolumes'];
const rulesOf = (name: string): PolicyRule[] =>
  manifests
    .filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === name)
    .flatMap((role) => role['rules'] as PolicyRule[]);
const verbsOn = (resource: string): string[] =>
  OPS_RULES.filter(({ resources }) => resources.includes(resource)).flatMap(({ verbs }) => verbs);

describe('agents', () => {
  it('have rights in the namespace of their cluster alone', () => {
    const kinds = agent.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.startsWith('Cluster'))).toEqual([]);
    expect(agent.map(({ metadata }) => metadata.namespace)).toEqual(agent.map(() => 'ours'));
    expect(agent.find(({ kind }) => kind === 'RoleBinding')).toMatchObject({
      roleRef: { kind: 'Role', name: 'cephflow-agent' },
      subjects: [{ kind: 'ServiceAccount', name: 'cephflow-agent', namespace: 'ours' }],
    });
  });

  it('have no right on what lies in no namespace, and none to grant any', () => {
    const resources = AGENT_RULES.flatMap((rule) => rule.resources);
    const forbidden = [...WITHOUT_NAMESPACE, 'roles', 'rolebindings', 'serviceaccounts/token', 'pods/exec'];
    expect(resources.filter((resource) => forbidden.includes(resource))).toEqual([]);
  });

  it('are bound by no manifest to a role of the whole Kubernetes cluster', () => {
    const bound = manifests.filter(({ kind }) => kind === 'ClusterRoleBinding');
    const subjects = bound.flatMap((binding) => binding['subjects'] as { name: string; namespace: string }[]);
    expect(subjects.length).toBeGreaterThan(0);
    expect(new Set(subjects.map(({ name, namespace }) => `${namespace}/${name}`))).toEqual(
      new Set(['cephflow-system/cephflow-ops']),
    );
  });
});

describe('the ops worker', () => {
  it('can grant only what it has: it may neither escalate, nor bind, nor act as somebody else', () => {
    const verbs = OPS_RULES.flatMap((rule) => rule.verbs);
    expect(verbs.filter((verb) => ['*', 'escalate', 'bind', 'impersonate', 'deletecollection'].includes(verb))).toEqual(
      [],
    );
    expect([...rightsOf(OPS_RULES)].filter((right) => /clusterrole|pods\/|\/token/.test(right))).toEqual([]);
  });

  it.each([
    ['DaemonSet', 'daemonsets'],
    ['Role', 'roles'],
    ['RoleBinding', 'rolebindings'],
  ])('touches no %s but the one that it made for agents', (kind, resource) => {
    const made = agent.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
    const unnamed = OPS_RULES.filter((rule) => rule.resources.includes(resource) && rule.resourceNames === undefined);
    const named = OPS_RULES.filter((rule) => rule.resources.includes(resource)).flatMap(
      (rule) => rule.resourceNames ?? [],
    );
    expect(new Set(named)).toEqual(new Set(made));
    // A name cannot be checked of what is not there yet.
    expect(unnamed.flatMap(({ verbs }) => verbs)).toEqual(['create']);
    expect(verbsOn(resource).toSorted()).toEqual(['create', 'delete', 'get', 'patch']);
  });

  it('has what lies in no namespace in a role of its own, so that the rest can be bound to some namespaces alone', () => {
    const inNamespaces = rulesOf('cephflow-ops').flatMap(({ resources }) => resources);
    const outside = rulesOf('cephflow-ops-cluster').flatMap(({ resources }) => resources);
    expect(inNamespaces.filter((resource) => WITHOUT_NAMESPACE.includes(resource))).toEqual([]);
    expect(outside.toSorted()).toEqual([...WITHOUT_NAMESPACE].toSorted());
    expect(rulesOf('cephflow-ops-cluster').flatMap(({ verbs }) => verbs)).not.toContain('patch');
  });

  it('asks across all namespaces for nothing that lies in one', () => {
    const asked = sourceFiles('activities', 'worker', 'src/kubernetes')
      .flatMap((file) =>
        [...textOf(file).matchAll(/\.(?:list|read)\(\{([^}]*)\}/g)].map(([, query = '']) => ({ file, query })),
      )
      .filter(({ query }) => query.includes('kind'));
    expect(asked.length).toBeGreaterThan(10);
    const everywhere = asked.filter(({ query }) => !/\bnamespace\b|\.\.\./.test(query));
    expect(everywhere.filter(({ query }) => !/'(Node|Namespace|PersistentVolume)'/.test(query))).toEqual([]);
  });
});
