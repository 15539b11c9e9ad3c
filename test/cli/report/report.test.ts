import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../../src/cli/command-error.ts';
import { redactHistory } from '../../../src/cli/report/history.ts';
import { ALL_BYTES, FILE_BYTES, ReportFiles } from '../../../src/cli/report/report-files.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { aDisk, aParkedState } from '../../console/states.ts';
import { aResult, anExecution, runCommand, type Outside } from '../fake-outside.ts';
import { unpack } from './unpack.ts';

/** One of each kind that could lie about, as it really looks. */
const SECRETS = {
  cephx: 'AQDk2jVnAAAAABAAq0vT9m1kGkZ8b4o3xWcPzA==',
  cephxLong: `AgDk2jVnAAAAACAA${'q0vT9m1kGkZ8b4o3xWcP'.repeat(2)}zA8=`,
  token: 'eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg',
  password: 'Jq7:x!tR9#vLp2Zs',
  privateKey: 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7',
};
const spilled = [
  `keyring: [client.admin]\n\tkey = ${SECRETS.cephx}`,
  `osd new ${SECRETS.cephxLong}`,
  `Authorization: Bearer ${SECRETS.token}`,
  `dashboard password: ${SECRETS.password}`,
  `-----BEGIN PRIVATE KEY-----\n${SECRETS.privateKey}\n-----END PRIVATE KEY-----`,
].join('\n');
const fields = { key: SECRETS.cephx, dashboard: { password: SECRETS.password }, note: spilled };

const object = (kind: string, name: string, more: object, namespace = 'rook-ceph'): KubernetesObject => ({
  apiVersion: kind.startsWith('Ceph') ? 'ceph.rook.io/v1' : 'v1',
  kind,
  metadata: { name, ...(kind === 'Node' ? {} : { namespace }), ...(more as { metadata?: object }).metadata },
  ...Object.fromEntries(Object.entries(more).filter(([field]) => field !== 'metadata')),
});

const status = (name: string, restartCount: number) => ({
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'False', message: spilled }],
  containerStatuses: [{ name, restartCount, state: { waiting: { reason: 'CrashLoopBackOff', message: spilled } } }],
});
const env = [{ name: 'ADMIN_PASSWORD', value: SECRETS.password }];
const spec = { nodeName: 'n1', containers: [{ name: 'x', env, args: [`--key=${SECRETS.cephx}`] }] };
const annotations = {
  'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(fields),
  note: spilled,
};

const objects = [
  object('Node', 'n1', { status: { conditions: [{ type: 'Ready', status: 'True', message: spilled }] } }),
  object('CephCluster', 'my-cluster', {
    metadata: { annotations },
    spec: { mon: { count: 3 }, cephConfig: { global: { rgw_admin_password: SECRETS.password } } },
    status: { message: spilled },
  }),
  object('ConfigMap', 'cephflow-operations', { data: { operations: JSON.stringify([fields]) } }),
  object('ConfigMap', 'rook-config-override', {
    data: { config: `[global]\npassword = ${SECRETS.password}\n${spilled}` },
  }),
  object('ConfigMap', 'somebody-elses', { data: { plain: 'not ours' } }),
  object('ConfigMap', 'local-device-n1', {
    metadata: { labels: { app: 'cephflow-devices' } },
    data: { devices: JSON.stringify([aDisk({ remedy: spilled })]), observedAt: '2026-02-03T04:59:00.000Z' },
  }),
  object('Secret', 'rook-ceph-mon', { data: { 'admin-secret': SECRETS.cephx } }),
  object('Event', 'e1', { reason: 'Failed', message: spilled, involvedObject: { kind: 'Pod', name: 'x' } }),
  object('Pod', 'rook-ceph-mon-a-1', { spec, status: status('mon', 0) }),
  object('Pod', 'cephflow-agent-1', {
    metadata: { labels: { app: 'cephflow-agent' } },
    spec,
    status: status('agent', 2),
  }),
  object('Pod', 'cephflow-ops-1', { spec, status: status('ops', 0) }, 'cephflow-system'),
];

const payload = (value: unknown) => ({
  metadata: { encoding: Buffer.from('json/plain').toString('base64') },
  data: Buffer.from(JSON.stringify(value)).toString('base64'),
});
const history = {
  events: [
    {
      eventId: '1',
      workflowExecutionStartedEventAttributes: { input: { payloads: [payload({ cluster: 'rook-ceph' })] } },
    },
    { eventId: '2', activityTaskCompletedEventAttributes: { result: { payloads: [payload(fields)] } } },
    { eventId: '3', activityTaskFailedEventAttributes: { failure: { message: spilled } } },
  ],
};

const parked = anExecution({
  attributes: { CephAwaiting: 'operator', CephCluster: 'rook-ceph', CephOperation: 'bootstrap' },
});
const outside: Outside = {
  objects,
  executions: [parked, anExecution({ id: 'teardown:rook-ceph', status: 'completed', runId: 'run-2' })],
  looks: [
    aParkedState({ awaitingBecause: spilled }),
    { ending: { kind: 'finished', result: aResult({ summary: spilled }) } },
  ],
  histories: { 'bootstrap:rook-ceph': history },
  status: { kind: 'failed', code: 'UNHEALTHY', message: spilled, details: { output: spilled } },
  logs: {
    'rook-ceph/cephflow-agent-1/agent/current': `agent says\n${spilled}`,
    'rook-ceph/cephflow-agent-1/agent/previous': 'agent before',
    'cephflow-system/cephflow-ops-1/ops/current': `ops says\n${spilled}`,
  },
};

const madeBy = async (argv: string[], changed: Outside = {}) => {
  const run = await runCommand(['report', ...argv], { ...outside, ...changed });
  const [[file, archive] = ['', new Uint8Array()]] = Object.entries(run.written);
  return { run, file, files: archive.length === 0 ? {} : unpack(archive) };
};

describe('report', () => {
  it('holds every part of a cluster in one archive', async () => {
    const { run, file, files } = await madeBy(['rook-ceph']);
    expect([run.exitCode, run.out, file]).toEqual([
      0,
      'cephflow-report-20260203T050000Z.tar.gz\n',
      'cephflow-report-20260203T050000Z.tar.gz',
    ]);
    expect(Object.keys(files).toSorted()).toEqual([
      'clusters/rook-ceph/configmaps.json',
      'clusters/rook-ceph/devices.json',
      'clusters/rook-ceph/devices.txt',
      'clusters/rook-ceph/documents/CephCluster.my-cluster.json',
      'clusters/rook-ceph/events.json',
      'clusters/rook-ceph/health.json',
      'clusters/rook-ceph/logs/cephflow-agent-1/agent.current.log',
      'clusters/rook-ceph/logs/cephflow-agent-1/agent.previous.log',
      'clusters/rook-ceph/pods.json',
      'clusters/rook-ceph/status.json',
      'histories/bootstrap_rook-ceph.run-1.json',
      'kubernetes.json',
      'nodes.json',
      'operations.json',
      'operations/bootstrap_rook-ceph.run-1.json',
      'operations/teardown_rook-ceph.run-2.json',
      'schedules.json',
      'system/configmaps.json',
      'system/events.json',
      'system/logs/cephflow-ops-1/ops.current.log',
      'system/pods.json',
      'temporal.json',
      'versions.json',
    ]);
    expect(files['clusters/rook-ceph/logs/cephflow-agent-1/agent.previous.log']).toBe('agent before\n');
    expect(files['clusters/rook-ceph/pods.json']).toContain('CrashLoopBackOff');
    expect(files['clusters/rook-ceph/configmaps.json']).not.toContain('not ours');
  });

  it('holds no key, token or password, wherever one had lain, and reads no Secret', async () => {
    const { run, files } = await madeBy(['rook-ceph']);
    const decoded = Object.entries(files).flatMap(([path, text]) => [
      [path, text] as const,
      // Payloads of a history are base64, where a text search sees nothing.
      ...[...text.matchAll(/"data": "([\w+/=]+)"/g)].map(
        ([, data = '']) => [`${path} decoded`, Buffer.from(data, 'base64').toString('utf8')] as const,
      ),
    ]);
    const texts = [...decoded, ['standard output', run.out], ['standard error', run.err]] as const;
    for (const [name, secret] of Object.entries(SECRETS)) {
      const found = texts.filter(([, text]) => text.includes(secret) || text.includes(secret.slice(-14)));
      expect(found.map(([path]) => `${name} in ${path}`)).toEqual([]);
    }
    // The test would see nothing if nothing had been there.
    expect(texts.filter(([, text]) => text.includes('[redacted]')).length).toBeGreaterThan(12);
    expect(run.kinds).not.toContain('Secret');
  });

  it('keeps a history such that it can be replayed: every event and field, payloads in their form', async () => {
    const { files } = await madeBy(['rook-ceph']);
    const told = JSON.parse(files['histories/bootstrap_rook-ceph.run-1.json'] ?? '') as typeof history;
    expect(told.events[0]).toEqual(history.events[0]);
    const [result] = told.events[1]?.activityTaskCompletedEventAttributes?.result.payloads ?? [];
    const value: unknown = JSON.parse(Buffer.from(result?.data ?? '', 'base64').toString('utf8'));
    expect(value).toMatchObject({ key: '[redacted]', dashboard: { password: '[redacted]' } });
  });

  it('finds the clusters by itself, and takes those of other names out where one is named', async () => {
    const two = [...objects, object('CephCluster', 'blue', {}, 'blue')];
    const all = await madeBy([], { objects: two });
    expect(Object.keys(all.files)).toContain('clusters/blue/documents/CephCluster.blue.json');
    const one = await madeBy(['blue'], { objects: two });
    expect(Object.keys(one.files).filter((path) => path.startsWith('clusters/rook-ceph'))).toEqual([]);
    expect(one.run.queries.every((query) => query.includes("CephCluster = 'blue'"))).toBe(true);
  });

  it('says within and aloud what it could not get, and is a success all the same', async () => {
    const temporalFailure = new CommandError(6, `Temporal at fake:7233 does not answer (token ${SECRETS.token}).`);
    const { run, files } = await madeBy(['rook-ceph'], { temporalFailure });
    expect(run.exitCode).toBe(0);
    expect(files['missing.txt']).toMatch(/^What Temporal knows is not in the report: Temporal at fake:7233 does not/);
    expect(run.err).toContain('What Temporal knows is not in the report');
    expect(Object.keys(files)).toContain('clusters/rook-ceph/documents/CephCluster.my-cluster.json');
    expect(`${files['missing.txt']}${run.err}`).not.toContain(SECRETS.token);
  });

  it('holds what Temporal knows when the API server is away', async () => {
    const { run, files } = await madeBy(['rook-ceph'], { kubernetesFailure: new CommandError(6, 'No answer.') });
    expect(run.exitCode).toBe(0);
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(['missing.txt', 'operations.json', 'clusters/rook-ceph/status.json']),
    );
  });

  it('says that a parked operation could not be asked because no worker answers', async () => {
    const { files } = await madeBy(['rook-ceph'], { looks: ['silent'] });
    expect(files['missing.txt']).toContain('The state of bootstrap:rook-ceph is not in the report: no worker answers');
  });

  it('writes nothing and fails where nothing at all answers', async () => {
    const { run } = await madeBy(['rook-ceph'], {
      temporalFailure: new CommandError(6, 'No answer.'),
      kubernetesFailure: new CommandError(6, 'No answer.'),
    });
    expect([run.exitCode, run.written]).toEqual([6, {}]);
    expect(run.err).toContain('Neither Kubernetes nor Temporal answers');
  });

  it('tells a script where the archive is and what is missing from it', async () => {
    const { run } = await madeBy(['rook-ceph', '--file', 'x.tar.gz', '-o', 'json']);
    expect(JSON.parse(run.out)).toMatchObject({ file: 'x.tar.gz', files: 23, missing: [] });
  });
});

describe('the size of a report', () => {
  const collected = () => {
    const said: string[] = [];
    return { said, files: new ReportFiles((sentence) => said.push(sentence)) };
  };

  it('is bounded for a text by its end, and for a value as a whole; both are said', () => {
    const { said, files } = collected();
    files.text(['a.log'], `start${'.'.repeat(FILE_BYTES)}end`);
    files.json(['b.json'], '.'.repeat(FILE_BYTES));
    expect(files.files.map(({ path, content }) => [path, content.length])).toEqual([['a.log', FILE_BYTES]]);
    expect(Buffer.from(files.files[0]?.content ?? []).toString('utf8')).toMatch(/end\n$/);
    expect(said).toEqual([
      expect.stringMatching(/^The beginning of a\.log is not in the report/),
      expect.stringMatching(/^b\.json is not in the report/),
    ]);
  });

  it('tells no secret in what it says of itself', () => {
    const { said, files } = collected();
    files.lacks('A part', `it answered with password: ${SECRETS.password}`);
    const [sentence] = said;
    expect(sentence).toBe('A part is not in the report: it answered with password: [redacted]');
    expect(files.missing).toEqual([sentence]);
  });

  it('is bounded for all files together', () => {
    const { said, files } = collected();
    const one = '.'.repeat(FILE_BYTES - 1);
    for (let count = 0; count <= ALL_BYTES / FILE_BYTES; count += 1) files.text([`${count}.log`], one);
    expect(files.files).toHaveLength(ALL_BYTES / FILE_BYTES);
    expect(said).toEqual([expect.stringMatching(/^16\.log is not in the report: the report is at its bound/)]);
  });
});

describe('a history without secrets', () => {
  it.each(['bootstrap-three-nodes', 'teardown-three-nodes', 'bootstrap-aborted'])(
    '(%s) is in the report as Temporal has it',
    (name) => {
      const file = new URL(`../../replay/histories/${name}.json`, import.meta.url);
      const stored: unknown = JSON.parse(readFileSync(file, 'utf8'));
      expect(redactHistory(stored)).toEqual(stored);
    },
  );
});
