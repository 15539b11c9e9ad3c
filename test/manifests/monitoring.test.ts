import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { METRICS } from '../../src/contract/metrics.ts';
import { agentObjects, METRICS_PORT } from '../../src/manifests/agent.ts';
import { agentPlacement } from '../../src/manifests/agent-placement.ts';
import { renderPrometheusRule } from '../../src/manifests/prometheus-rule.ts';
import { section, tableRows } from '../docs/markdown.ts';
import { textOf } from '../import-statements.ts';
import { aCluster, podOf } from './a-cluster.ts';

const folder = join(import.meta.dirname, '../../deploy/kubernetes/monitoring');
const text = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
}
const rules = async (): Promise<Rule[]> =>
  (parse(await text('alerts.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);

describe('the alert rules', () => {
  it('are the same for the Prometheus operator; after a change run "npm run generate"', async () => {
    expect(await text('prometheus-rule.yaml')).toBe(renderPrometheusRule(await text('alerts.yaml')));
  });

  it('ask for no metric of ours that there is not', async () => {
    const known = Object.values(METRICS) as string[];
    const asked = (await rules()).flatMap(({ expr }) => expr.match(/cephflow_\w+/g) ?? []);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.map((name) => name.replace(/_count$/, '')).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('are on the page, each with its severity, how long it waits, and what to do', async () => {
    const rows = tableRows(section(textOf('docs/monitoring.md'), 'Alerts'));
    expect(rows.map(([alert, severity, after]) => [alert, severity, after])).toEqual(
      (await rules()).map(({ alert, labels, for: after = 'at once' }) => [`\`${alert}\``, labels.severity, after]),
    );
    expect(rows.filter(([, , , means = '', cure = '']) => means === '' || cure === '')).toEqual([]);
  });

  it('each have a test in which they fire', async () => {
    const tests = textOf('test/monitoring/alerts.test.yaml');
    const silent = (await rules()).filter(
      ({ alert }) => !tests.includes(`ALERTS{alertname="${alert}", alertstate="firing"`),
    );
    expect(silent.map(({ alert }) => alert)).toEqual([]);
  });
});

describe('metrics of the pods', () => {
  const input = {
    namespace: 'rook-ceph',
    cephflowImage: 'cephflow:1',
    cephImage: 'ceph:20',
    dataDirHostPath: '/var/lib/rook',
    placement: agentPlacement(aCluster().spec),
    temporalEnvironment: [],
    allowLoopDevices: false,
    operatorVersion: '0.1.0',
  };
  interface Container {
    env: { name: string; value?: string }[];
    ports: { name: string; containerPort: number }[];
  }
  const agent = (): Container => {
    const set = agentObjects(input).find(({ kind }) => kind === 'DaemonSet');
    return podOf(set as never).containers[0] as unknown as Container;
  };
  const ops = async (): Promise<Container> => {
    const [deployment] = parseAllDocuments(textOf('deploy/kubernetes/ops.yaml')).map((one) => one.toJS() as unknown);
    const { spec } = deployment as { spec: { template: { spec: { containers: Container[] } } } };
    return spec.template.spec.containers[0] as Container;
  };

  it('are served where the port of that name is, by ops worker and agent alike', async () => {
    for (const { env, ports } of [agent(), await ops()]) {
      expect(env).toContainEqual({ name: 'METRICS_ADDRESS', value: `0.0.0.0:${METRICS_PORT}` });
      expect(ports).toContainEqual(expect.objectContaining({ name: 'metrics', containerPort: METRICS_PORT }));
    }
  });

  it('are looked for at that port of both', async () => {
    const monitors = parseAllDocuments(await text('pod-monitors.yaml')).map(
      (one) => one.toJS() as { spec: { selector: { matchLabels: object }; podMetricsEndpoints: { port: string }[] } },
    );
    expect(monitors.map(({ spec }) => spec.selector.matchLabels)).toEqual([
      { app: 'cephflow-ops' },
      { app: 'cephflow-agent' },
    ]);
    expect(monitors.flatMap(({ spec }) => spec.podMetricsEndpoints.map(({ port }) => port))).toEqual([
      'metrics',
      'metrics',
    ]);
  });
});
