import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { crashCollectorDeployment, crashPruner } from '../../src/manifests/crash-collector.ts';
import { mgrDeployment } from '../../src/manifests/mgr.ts';
import { monDeployment } from '../../src/manifests/mon.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { osdDeployment } from '../../src/manifests/osd.ts';
import { toolboxDeployment } from '../../src/manifests/toolbox.ts';
import { aCluster, aMon, anAgent } from './a-cluster.ts';

const base = join(import.meta.dirname, '../../deploy/kubernetes');

const selector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.literal('In'), values: z.array(z.string()).min(1) }))
    .optional(),
});
const rule = z.strictObject({
  to: z
    .array(z.strictObject({ podSelector: selector }))
    .min(1)
    .optional(),
  ports: z
    .array(
      z.strictObject({
        protocol: z.enum(['TCP', 'UDP']),
        port: z.union([z.int().min(1).max(65_535), z.string().regex(/^[a-z][a-z0-9-]{0,14}$/)]),
        endPort: z.int().max(65_535).optional(),
      }),
    )
    .min(1),
});
const policy = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  // No namespace: the command that applies it names one.
  metadata: z.strictObject({ name: z.string().min(1) }),
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])).min(1),
    ingress: z.array(rule).optional(),
    egress: z.array(rule).optional(),
  }),
});
type Policy = z.infer<typeof policy>;
type Direction = 'ingress' | 'egress';

const policiesOf = (file: string): Policy[] =>
  parseAllDocuments(readFileSync(join(base, 'network-policies', file), 'utf8')).map((document) =>
    policy.parse(document.toJS()),
  );

interface PodTemplate {
  metadata: { labels: Record<string, string> };
  spec: { containers: { ports?: { name: string; containerPort: number }[] }[] };
}
const templateOf = (object: KubernetesObject): PodTemplate => {
  const spec = object['spec'] as { template?: PodTemplate; jobTemplate?: { spec: { template: PodTemplate } } };
  const template = spec.template ?? spec.jobTemplate?.spec.template;
  if (template === undefined) throw new Error(`${object.kind} has no pods`);
  return template;
};

type Labels = Record<string, string>;
const selects = ({ matchLabels = {}, matchExpressions = [] }: z.infer<typeof selector>, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''));

/** Rules for a pod, those of all policies that select it. */
const rulesFor = (policies: Policy[], direction: Direction, { metadata }: PodTemplate) =>
  policies
    .filter(({ spec }) => selects(spec.podSelector, metadata.labels))
    .flatMap(({ spec }) => spec[direction] ?? []);

interface End {
  name?: string;
  port: number;
  /** Labels of the pod there; without, it is somewhere outside. */
  labels?: Labels;
}
const lets = (rules: z.infer<typeof rule>[], { name, port, labels }: End): boolean =>
  rules.some(
    ({ to, ports }) =>
      (to === undefined || (labels !== undefined && to.some(({ podSelector }) => selects(podSelector, labels)))) &&
      ports.some(
        (one) =>
          one.protocol === 'TCP' &&
          (one.port === name ||
            (typeof one.port === 'number' && port >= one.port && port <= (one.endPort ?? one.port))),
      ),
  );

const ctx = aCluster({ crashCollector: { daysToRetain: 7 } });
const host = aMon().host;
const agent = anAgent().filter(({ kind }) => kind === 'DaemonSet');
const osd = osdDeployment(ctx, { id: 0, uuid: 'u', host, crushRoot: 'default', crushLocation: ['host=n1'] });
const daemons = [monDeployment(ctx, aMon()), mgrDeployment(ctx, 'a'), osd];
const clients = [toolboxDeployment(ctx), crashCollectorDeployment(ctx, host), crashPruner(ctx) as KubernetesObject];
const inCluster = [...agent, ...daemons, ...clients].map((object) => ({
  name: object.metadata.name,
  template: templateOf(object),
}));
const opsTemplate = templateOf(parse(readFileSync(join(base, 'ops.yaml'), 'utf8')) as KubernetesObject);

const API_SERVER = [443, 6443];
const TEMPORAL = [7233];

describe('examples of network policies', () => {
  it.each(['ops-worker.yaml', 'cluster.yaml'])(
    '%s: begin with a policy that forbids everything to every pod',
    (file) => {
      const [first] = policiesOf(file);
      expect(first?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    },
  );

  it('let in every port that a pod of ours serves', () => {
    const cluster = policiesOf('cluster.yaml');
    const pods = [
      ...inCluster.map((pod) => ({ ...pod, policies: cluster })),
      { name: 'cephflow-ops', template: opsTemplate, policies: policiesOf('ops-worker.yaml') },
    ];
    const shut = pods.flatMap(({ name, template, policies }) => {
      const rules = rulesFor(policies, 'ingress', template);
      const served = template.spec.containers.flatMap((container) => container.ports ?? []);
      return served
        .filter((one) => !lets(rules, { name: one.name, port: one.containerPort }))
        .map((one) => `${name} ${one.name} ${one.containerPort}`);
    });
    expect(shut).toEqual([]);
  });

  it('let the ops worker and agents reach the API server and Temporal, and everyone else neither', () => {
    const reaches = (policies: Policy[], template: PodTemplate, wanted: number[]) =>
      wanted.every((port) => lets(rulesFor(policies, 'egress', template), { port }));
    expect(reaches(policiesOf('ops-worker.yaml'), opsTemplate, [...API_SERVER, ...TEMPORAL])).toBe(true);
    const cluster = policiesOf('cluster.yaml');
    const reaching = inCluster.filter(({ template }) =>
      [...API_SERVER, ...TEMPORAL].some((port) => lets(rulesFor(cluster, 'egress', template), { port })),
    );
    expect(reaching.map(({ name }) => name)).toEqual(['cephflow-agent']);
    expect(reaches(cluster, reaching[0]?.template as PodTemplate, [...API_SERVER, ...TEMPORAL])).toBe(true);
  });

  it('let every pod of the cluster reach mons, mgrs and OSDs', () => {
    const cluster = policiesOf('cluster.yaml');
    const ends = inCluster.flatMap(({ name, template: { metadata } }) => {
      if (name.startsWith('rook-ceph-mon')) return [3300, 6789].map((port) => ({ port, labels: metadata.labels }));
      if (/^rook-ceph-(mgr|osd)-/.test(name)) return [6800, 7568].map((port) => ({ port, labels: metadata.labels }));
      return [];
    });
    expect(ends).toHaveLength(6);
    const cutOff = inCluster.filter(
      ({ template }) => !ends.every((end) => lets(rulesFor(cluster, 'egress', template), end)),
    );
    expect(cutOff.map(({ name }) => name)).toEqual([]);
  });
});
