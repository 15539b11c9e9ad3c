import { describe, expect, it } from 'vitest';
import {
  crashCollectorDeployment,
  crashCollectorName,
  crashCollectorNode,
  crashKeyringSecret,
  crashPruner,
  daysKeptBy,
} from '../../src/manifests/crash-collector.ts';
import { keyringText } from '../../src/manifests/keyring.ts';
import { aCluster, containerOf, dataOf, podOf, workload } from './a-cluster.ts';

const HOST = { node: 'node-1', hostname: 'n1.example' };
const collector = (spec: Record<string, unknown> = {}) => crashCollectorDeployment(aCluster(spec), HOST);

describe('a crash collector', () => {
  it("has Rook's name and labels, and says which host it is for", () => {
    const object = collector();
    expect(object.metadata.name).toBe('rook-ceph-crashcollector-n1.example');
    expect(workload(object).template.metadata.labels).toMatchObject({
      app: 'rook-ceph-crashcollector',
      rook_cluster: 'rook-ceph',
      node_name: 'node-1',
      crashcollector: 'crash',
    });
    expect(workload(object).template.metadata.labels).toMatchObject(workload(object).selector.matchLabels);
    expect(crashCollectorNode(object)).toBe('node-1');
  });

  it('gets a name of its own where that of the host is too long for one', () => {
    const long = (end: string) => crashCollectorName(`${'n'.repeat(60)}${end}`);
    expect(long('1')).toMatch(/^rook-ceph-crashcollector-[0-9a-f]{32}$/);
    expect(long('1')).not.toBe(long('2'));
  });

  it('runs on its host alone, as a user that can tell Ceph of crashes and nothing else', () => {
    const object = collector();
    expect(podOf(object).nodeSelector).toEqual({ 'kubernetes.io/hostname': 'n1.example' });
    expect(containerOf(object).command.at(-1)).toContain('exec ceph-crash --name client.crash');
    expect(containerOf(object).securityContext.privileged).toBe(false);
    expect(podOf(object).automountServiceAccountToken).toBe(false);
    const secrets = podOf(object).volumes.flatMap(({ secret }) => secret?.secretName ?? []);
    expect(secrets).toEqual(['rook-ceph-crash-collector-keyring']);
    expect(dataOf(crashKeyringSecret({ namespace: 'rook-ceph' }, 'KEY'))).toEqual({
      keyring: '[client.crash]\n\tkey = KEY\n\tcaps mon = "allow profile crash"\n\tcaps mgr = "allow rw"\n',
    });
  });

  it('reads the reports where the daemons of the host write them', () => {
    const reports = podOf(collector()).volumes.find(
      ({ hostPath }) => hostPath?.path === '/var/lib/rook/rook-ceph/crash',
    );
    const mount = containerOf(collector()).volumeMounts.find(({ name }) => name === reports?.name);
    expect(mount?.mountPath).toBe('/var/lib/ceph/crash');
  });

  it('bears what any daemon of its host may bear, and has what the document gives crash collectors', () => {
    const taint = { key: 'storage', operator: 'Exists' };
    const object = collector({
      placement: { osd: { tolerations: [taint] } },
      resources: { crashcollector: { limits: { memory: '60Mi' } } },
      priorityClassNames: { crashcollector: 'low' },
      annotations: { crashcollector: { a: 'b' } },
      labels: { crashcollector: { c: 'd', app: 'never' } },
    });
    expect(podOf(object).tolerations).toContainEqual(taint);
    expect(containerOf(object).resources).toEqual({ limits: { memory: '60Mi' } });
    expect(podOf(object).priorityClassName).toBe('low');
    expect(workload(object).template.metadata).toMatchObject({
      annotations: { a: 'b' },
      labels: { c: 'd', app: 'rook-ceph-crashcollector' },
    });
  });

  it('is not restarted by a new version of cephflow', () => {
    expect(JSON.stringify(workload(collector()).template)).not.toContain('0.1.0');
  });
});

describe('crash reports', () => {
  it('are kept for ever where the document names no days', () => {
    expect(crashPruner(aCluster())).toBeUndefined();
    expect(daysKeptBy(undefined)).toBe(0);
  });

  it('that are older than the days of the document are removed every night', () => {
    const pruner = crashPruner(aCluster({ crashCollector: { daysToRetain: 30 } }));
    expect(pruner?.metadata.name).toBe('rook-ceph-crashcollector-pruner');
    expect(JSON.stringify(pruner)).toContain('["ceph","--name","client.crash","crash","prune","30"]');
    expect(daysKeptBy(pruner)).toBe(30);
  });
});

describe('a keyring', () => {
  it('gives a client that nobody thought of no rights at all', () => {
    expect(keyringText([{ entity: 'client.other', key: 'K' }])).toBe('[client.other]\n\tkey = K\n');
  });
});
