import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type JsonSchema, specJsonSchema } from '../../src/spec/known-fields.ts';
import { parseCephCluster } from '../../src/spec/parse.ts';
import { aDocument, FULL_CLUSTER, parsed, problemsWith, refusalOf } from './documents.ts';

const HEAD = `apiVersion: ceph.rook.io/v1
kind: CephCluster
metadata: { name: a, namespace: b }
`;
const SMALL = `${HEAD}spec:
  cephVersion: { image: 'ceph:v20' }
  dataDirHostPath: /var/lib/rook
`;
const read = (text: string) => parseCephCluster({ text, file: 'cluster.yaml' });

const missingFrom = (schema: JsonSchema, values: unknown[], path: string): string[] => {
  const given = values.filter((value) => value !== undefined && value !== null);
  if (given.length === 0) return [path];
  const items = schema.items;
  if (items) return missingFrom(items, given.flat(), `${path}[]`);
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, content]) =>
    missingFrom(
      content,
      given.map((value) => (value as Record<string, unknown>)[name]),
      `${path}.${name}`,
    ),
  );
  const map = schema.additionalProperties;
  if (typeof map !== 'object' || Object.keys(map).length === 0) return below;
  return [
    ...below,
    ...missingFrom(
      map,
      given.flatMap((value) => Object.values(value)),
      `${path}.*`,
    ),
  ];
};

describe('parseCephCluster', () => {
  it('takes a document that uses every field there is', () => {
    const cluster = read(FULL_CLUSTER);
    expect(cluster).toMatchObject({ name: 'rook-ceph', namespace: 'rook-ceph' });
    expect(cluster.spec.storage.nodes[0]?.devices?.[0]?.config.deviceClass).toBe('ssd');
    expect(cluster.spec.dataDirHostPath).toBe('/var/lib/rook');
  });

  it('is tried with an example in which no field of the schema is missing', () => {
    const missing = missingFrom(specJsonSchema(), [parse(FULL_CLUSTER).spec], 'spec');
    // The inside of an affinity is Kubernetes' own; every part of it stands somewhere in the example, not in each place.
    expect(missing.filter((path) => !/ffinity|pologySpread/.test(path))).toEqual([]);
  });

  it("fills in Rook's defaults", () => {
    const { spec } = parsed();
    expect(spec.mon).toEqual({ count: 3, allowMultiplePerNode: false });
    expect(spec.mgr.count).toBe(1);
    expect(spec.storage).toMatchObject({ nearFullRatio: 0.85, backfillFullRatio: 0.9, fullRatio: 0.95 });
    expect(spec.waitTimeoutForHealthyOSDInMinutes).toBe(10);
  });

  it('takes a field with nothing behind it as not given', () => {
    expect(read(`${SMALL}  placement:\n  mon: { count: }\n  storage:\n    nodes:\n`).spec.mon.count).toBe(3);
  });

  it('leaves what Kubernetes adds to a document alone', () => {
    const document = { ...aDocument(), status: { phase: 'Ready', anything: 1 } };
    const metadata = { ...document.metadata, uid: 'u', managedFields: [{}], finalizers: ['x'] };
    expect(parseCephCluster({ value: { ...document, metadata } }).name).toBe('rook-ceph');
  });

  it('lists all problems at once, each with its line and column, in the order of the file', () => {
    const text = `${HEAD}spec:
  cephVersion: { image: 'ceph:v20' }
  dataDirHostPath: relative/path
  mon:
    cout: 3
    count: 4
  storage:
    nodes:
      - name: n1
        deviceFilter: '['
`;
    const lines = refusalOf(() => read(text)).message.split('\n');
    expect(lines[0]).toBe('cluster.yaml has 4 problems:');
    expect(lines[1]).toBe('  cluster.yaml:6:3: dataDirHostPath: must be an absolute path, is relative/path');
    expect(lines[2]).toBe('  cluster.yaml:8:5: mon.cout: is no known field; did you mean mon.count?');
    expect(lines[3]).toMatch(/^ {2}cluster\.yaml:9:5: mon\.count: must be odd, is 4/);
    expect(lines[4]).toMatch(/^ {2}cluster\.yaml:13:9: storage\.nodes\[0\]\.deviceFilter: is no regular expression/);
  });

  it('shows a missing field at the group that lacks it', () => {
    const error = refusalOf(() => read(`${HEAD}spec:\n  cephVersion: {}\n  dataDirHostPath: /var/lib/rook\n`));
    expect(error.message).toContain('cluster.yaml:5:3: cephVersion.image: is missing');
  });

  it('writes no place where the document does not come from a file', () => {
    expect(refusalOf(() => parsed({ mon: { count: 2 } })).message).toMatch(
      /^The CephCluster document has a problem:\n {2}mon\.count: must be odd/,
    );
  });

  it('carries each problem as a finding with its target', () => {
    const { details } = refusalOf(() => read(`${SMALL}  mgr: { count: 9 }\n`));
    expect(details.findings).toEqual([
      expect.objectContaining({ code: 'FIELD_INVALID', target: 'mgr.count', evidence: { at: 'cluster.yaml:7:10' } }),
    ]);
  });

  it('tells the place of findings too', () => {
    expect(read(`${SMALL}  external: { enable: true }\n`).findings).toEqual([
      expect.objectContaining({ code: 'FIELD_REFUSED', evidence: { value: true, at: 'cluster.yaml:7:15' } }),
    ]);
  });
});

describe('a slip in a name', () => {
  it.each([
    [{ mons: { count: 3 } }, 'mons: is no known field; did you mean mon?'],
    [{ storage: { useAllDevice: true } }, 'did you mean storage.useAllDevices?'],
    [{ storage: { nodes: [{ name: 'n', device: [] }] } }, 'did you mean storage.nodes[0].devices?'],
    [{ storage: { config: { deviceclass: 'ssd' } } }, 'did you mean storage.config.deviceClass?'],
    [{ urlPrefix: '/x' }, 'did you mean dashboard.urlPrefix?'],
    [{ count: 3 }, 'did you mean mon.count or mgr.count?'],
    [{ placement: { mons: {} } }, 'placement.mons: is no daemon; did you mean mon?'],
    [{ placement: { mon: { toleration: [] } } }, 'did you mean placement.mon.tolerations?'],
    [{ network: { provider: 'hots' } }, 'did you mean host?'],
    [{ healthCheck: { livenessProbe: { osds: {} } } }, 'did you mean healthCheck.livenessProbe.osd?'],
  ])('%j is answered with the field that was meant', (spec, words) => {
    expect(problemsWith(spec).join('\n')).toContain(words);
  });

  it('is not guessed where nothing is near', () => {
    expect(problemsWith({ zzzzzz: 1 })).toEqual(['zzzzzz: is no known field.']);
  });
});

describe('a wrong value', () => {
  it.each([
    [{ mon: { count: 0 } }, 'from 1 to 9'],
    [{ mon: { count: 2.5 } }, 'must be a whole number, is 2.5'],
    [{ mon: { count: 11 } }, 'from 1 to 9'],
    [{ mon: { count: 2 } }, 'must be odd'],
    [{ mon: { count: '3' } }, 'must be a number, is "3"'],
    [{ mon: { allowMultiplePerNode: 'yes' } }, 'must be true or false, is "yes"'],
    [{ mon: 3 }, 'must be a group of fields, is 3'],
    [{ dashboard: { port: 70000 } }, 'port from 1 to 65535'],
    [{ storage: { config: { osdsPerDevice: 1 } } }, 'must be text, is a bare number; put it in quotes'],
    [{ storage: { config: { deviceClass: 'my ssd' } } }, 'one word'],
    [{ storage: { config: { initialWeight: 'heavy' } } }, 'a number in quotes'],
    [{ storage: { deviceFilter: '*' } }, 'no regular expression'],
    [{ storage: { devices: [{}] } }, 'needs a name or a fullpath'],
    [{ storage: { devices: [{ name: 'sdb' }, { name: 'sdb' }] } }, 'a second time'],
    [{ storage: { nodes: [{ name: 'n1' }, { name: 'n1' }] } }, 'names the node n1 a second time'],
    [{ storage: { useAllNodes: true, nodes: [{ name: 'n1' }] } }, 'no effect while useAllNodes is true'],
    [{ storage: { nearFullRatio: 0.93 } }, 'nearFullRatio (0.93) must be less than backfillFullRatio (0.9)'],
    [{ storage: { backfillFullRatio: 0.95 } }, 'must be less than fullRatio'],
    [{ storage: { fullRatio: 1 } }, 'between 0 and 1'],
    [{ resources: { mon: { limits: { memory: '2 GB' } } } }, 'must be a quantity'],
    [{ network: { addressRanges: { public: ['10.0.0.0'] } } }, 'address range'],
    [{ security: { cephx: { allowedCiphers: ['des'] } } }, 'must be one of "aes", "aes256k"'],
    [{ healthCheck: { daemonHealth: { mon: { interval: '45' } } } }, 'must be a duration'],
    [{ cephVersion: { image: '' } }, 'must be a container image'],
    [{ cephConfig: { global: { debug: 1 } } }, 'must be text, is a bare number; put it in quotes'],
  ])('%j is refused', (spec, words) => {
    expect(problemsWith(spec).join('\n')).toContain(words);
  });

  it.each([
    '/',
    '/etc/ceph',
    '/var/lib',
    '/var/lib/kubelet/x',
    '/tmp/rook',
    '/run/rook',
    '',
    'rook',
    '/var/../etc',
    '/a b',
  ])('keeps the data out of %j', (path) => {
    expect(problemsWith({ dataDirHostPath: path })).toHaveLength(1);
  });

  it('does not repeat a value that may be a password', () => {
    expect(problemsWith({ cephConfig: { global: { rgw_keystone_admin_password: 12345678 } } }).join()).not.toContain(
      '12345678',
    );
  });

  it('tells problems between fields beside problems of other fields', () => {
    expect(problemsWith({ mon: { count: 2 }, storage: { nearFullRatio: 0.93, zzzz: 1 } })).toHaveLength(3);
  });
});

describe('a file', () => {
  it('may hold other documents beside the cluster', () => {
    expect(read(`---\nkind: Namespace\n---\n${SMALL}---\n`).namespace).toBe('b');
  });

  it.each([
    ['', 'cluster.yaml is empty'],
    ['kind: Namespace\n---\nkind: Deployment\n', 'no document of kind CephCluster, only Deployment, Namespace'],
    ['kind: CephBlockPool\n', 'only CephBlockPool'],
    [`${SMALL}---\n${SMALL}`, 'has 2 documents of kind CephCluster (cluster.yaml:2:1, cluster.yaml:9:1)'],
    [SMALL.replace('/v1', '/v2'), 'cluster.yaml:1:1: apiVersion: must be ceph.rook.io/v1, is "ceph.rook.io/v2"'],
    [SMALL.replace('CephCluster', 'CephClusters'), 'cluster.yaml:2:1: kind: must be CephCluster'],
    [SMALL.replace(', namespace: b', ''), 'metadata.namespace: is missing'],
    [SMALL.replace('spec:', 'specs:'), 'did you mean spec?'],
    ['kind: [CephCluster\n', 'cannot be read as YAML:\n  cluster.yaml:2:1: '],
    ['a: 1\na: 2\n', 'cluster.yaml:2:1: '],
    ['just text', 'only something without a kind'],
  ])('%j is refused with the reason', (text, words) => {
    expect(refusalOf(() => read(text)).message).toContain(words);
  });

  it.each([undefined, null, 'text', [], 7])('is not taken where the value is %j', (value) => {
    expect(refusalOf(() => parseCephCluster({ value })).message).toContain('has no fields');
  });
});
