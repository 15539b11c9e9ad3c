import { describe, expect, it } from 'vitest';
import { writeClusterRecord } from '../../../activities/operations/cluster-record.ts';
import { contentHash } from '../../../activities/documents/cluster-document.ts';
import { rememberOwed } from '../../../activities/operations/owed-hosts.ts';
import { keyOf, REGISTER_NAME } from '../../../activities/operations/register.ts';
import { readNoticed, writeJudged, writeNoticed } from '../../../activities/observe/noticed-hosts.ts';
import { createHealthReportActivities } from '../../../activities/health/report-health.ts';
import { createScheduleActivities } from '../../../activities/schedules/health-schedule.ts';
import type { CephHealth } from '../../../src/contract/check-health-activities.ts';
import { knownHealth, type HealthResult } from '../../../src/contract/check-health.ts';
import { FINALIZER } from '../../../src/contract/names.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { factsOf } from '../../builders/bootstrap-observation.ts';
import { aDisk } from '../../console/states.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
import { fakeTemporal, type OpenWorkflow } from '../../builders/fake-temporal.ts';
import { healthyCeph, IDENTITY_PARTS, NOW } from '../../builders/health-observation.ts';
import { objectServer } from '../../builders/object-server.ts';
import { asActivity, opsDeps } from '../../builders/ops-deps.ts';
import { FSID, OTHER_FSID } from '../../domain/disk-facts-builder.ts';

const CLUSTER = 'rook-ceph';
const agentOn = (nodeName: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `cephflow-agent-${nodeName}`, namespace: CLUSTER, labels: { app: 'cephflow-agent' } },
  spec: { nodeName },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
});
const identity = IDENTITY_PARTS.map(({ kind, name, finalizers }): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: CLUSTER, finalizers },
}));
const readyDocument = { ...aDocument({}, { finalizers: [FINALIZER] }), status: { phase: 'Ready', message: 'serves' } };

/** A cluster as bootstrap leaves it, with the schedule. */
async function given(...workflows: OpenWorkflow[]) {
  const server = objectServer(aNamespace(), readyDocument, aNode('n1'), agentOn('n1'), ...identity);
  const temporal = fakeTemporal(...workflows);
  const deps = { ...opsDeps(server.kubernetes), temporal: temporal.client, now: () => new Date(NOW) };
  await createScheduleActivities(deps).watchHealth({ cluster: CLUSTER });
  await writeClusterRecord(server.kubernetes, CLUSTER, {
    image: 'i',
    dataDir: '/var/lib/rook',
    fsid: FSID,
    nodes: ['n1'],
    appliedDocument: contentHash(aDocument()['spec']),
    updatedAt: NOW,
  });
  const activities = createHealthReportActivities(deps);
  const report = (ceph: CephHealth = healthyCeph(), before: HealthResult | null = null) =>
    asActivity(() => activities.reportHealth({ cluster: CLUSTER, ceph, before: knownHealth(before) }));
  const status = () => server.get('CephCluster', CLUSTER)?.['status'] as Record<string, never>;
  const events = () => server.names().filter((name) => name.startsWith('Event/'));
  return { server, report, status, events, temporal };
}
const SICK = healthyCeph({
  health: {
    status: 'HEALTH_WARN',
    checks: [{ code: 'SLOW_OPS', severity: 'HEALTH_WARN', message: 'blocked for 31 sec', muted: false }],
  },
});
const codesOf = ({ findings }: HealthResult): string[] => findings.map(({ code }) => code);

describe('the report of a health run', () => {
  it('finds nothing at a cluster that is as bootstrap left it', async () => {
    const { report } = await given();
    expect(await report()).toMatchObject({ health: 'HEALTH_OK', findings: [] });
  });

  it("writes Ceph's word into the status, and leaves what operations told there", async () => {
    const { report, status } = await given();
    await report(SICK);
    expect(status()).toMatchObject({
      phase: 'Ready',
      message: 'serves',
      ceph: {
        health: 'HEALTH_WARN',
        fsid: FSID,
        details: { SLOW_OPS: { severity: 'HEALTH_WARN', message: 'blocked for 31 sec' } },
        versions: { mon: { '20.2.4': 3 }, overall: { '20.2.4': 3 } },
      },
    });
    await report();
    expect(status()).toMatchObject({ ceph: { health: 'HEALTH_OK', previousHealth: 'HEALTH_WARN', details: {} } });
  });

  it('writes nothing while nothing changes but the numbers', async () => {
    const { server, report } = await given();
    const first = await report(SICK);
    const written = server.writes.length;
    const [check] = SICK.health.checks;
    const later = { ...SICK, health: { ...SICK.health, checks: [{ ...check!, message: 'blocked for 91 sec' }] } };
    await report(later, first);
    expect(server.writes).toHaveLength(written);
  });

  it('has the device table judged again where Ceph suspects another disk, once', async () => {
    const { server, report } = await given();
    const facts = factsOf('n1');
    await writeNoticed(server.kubernetes, CLUSTER, { facts, fingerprint: 'f' });
    const row = aDisk({ verdict: 'in-use', reasons: ['OWN_OSD'], osdId: 0 });
    await writeJudged(server.kubernetes, CLUSTER, { node: 'n1', seen: 'x', rows: [row] });
    const judged = async () => (await readNoticed(server.kubernetes, CLUSTER, 'n1'))?.judged;
    await report();
    expect(await judged()).toBe('x');
    const [check] = SICK.health.checks;
    const suspicious = { ...SICK, health: { ...SICK.health, checks: [{ ...check!, osds: [0] }] } };
    expect(codesOf(await report(suspicious))).toContain('DISK_SUSPECT');
    expect(await judged()).toBeUndefined();
    const written = server.writes.length;
    await report(suspicious);
    expect(server.writes).toHaveLength(written);
    expect(server.get('ConfigMap', 'local-device-n1')?.['data']).toMatchObject({ devices: JSON.stringify([row]) });
  });

  it('does not stumble over a device table that somebody broke', async () => {
    const { server, report } = await given();
    await writeNoticed(server.kubernetes, CLUSTER, { facts: factsOf('n1'), fingerprint: 'f' });
    server.change('ConfigMap', 'local-device-n1', (object) => ({ ...object, data: { devices: '?' } }));
    expect(await report()).toMatchObject({ findings: [] });
  });

  it('does not bring a cluster back to life that was torn down', async () => {
    const { server, report, status } = await given();
    server.change('CephCluster', CLUSTER, (object) => ({ ...object, status: { phase: 'TornDown' } }));
    await report(SICK);
    expect(status()).toEqual({ phase: 'TornDown' });
  });

  it('says as Rook does that Ceph does not answer', async () => {
    const { report, status } = await given();
    await report({ reachable: false, reason: 'no mon answered', silent: 'ceph' });
    expect(status()).toMatchObject({
      ceph: { health: 'HEALTH_ERR', details: { error: { message: 'no mon answered' } } },
    });
  });

  it('does not call Ceph sick where no agent asked it', async () => {
    const { report, status } = await given();
    const before = await report();
    const shown = status();
    const { changes } = await report(
      { reachable: false, reason: 'no agent took the question', silent: 'agents' },
      before,
    );
    expect(status()).toEqual(shown);
    expect(changes.join()).toContain('UNREACHABLE');
  });

  it('makes one Event of all that changed, also when it is repeated, and none without a run before', async () => {
    const { server, report, events } = await given();
    const before = await report();
    expect(events()).toEqual([]);
    await report(SICK, before);
    await report(SICK, before);
    expect(events()).toHaveLength(1);
    expect(server.get('Event', events()[0]?.slice('Event/'.length) ?? '')).toMatchObject({
      type: 'Warning',
      reason: 'HealthChanged',
      message: expect.stringMatching(/health was HEALTH_OK and is HEALTH_WARN; new: SLOW_OPS/),
      involvedObject: { kind: 'CephCluster', name: CLUSTER },
    });
  });

  it('names hosts that owe of an earlier cluster, not those of the cluster that serves again', async () => {
    const { server, report } = await given();
    const debt = { node: 'n3', fsid: FSID, dataDir: '/var/lib/rook', disks: [], reason: 'it was away' };
    await rememberOwed(server.kubernetes, { cluster: CLUSTER, debts: [debt], paid: [] });
    expect(codesOf(await report())).not.toContain('HOST_OWED');
    await rememberOwed(server.kubernetes, { cluster: CLUSTER, debts: [{ ...debt, fsid: OTHER_FSID }], paid: [] });
    expect(codesOf(await report()).filter((code) => code === 'HOST_OWED')).toHaveLength(1);
    server.lose('Secret', 'rook-ceph-mon');
    expect(codesOf(await report()).filter((code) => code === 'HOST_OWED')).toHaveLength(2);
  });

  it.each<[string, (server: Awaited<ReturnType<typeof given>>['server']) => void, string]>([
    ['a host that is down', (server) => server.change('Node', 'n1', () => aNode('n1', { ready: false })), 'NODE_DOWN'],
    ['an agent that is gone', (server) => server.lose('Pod', 'cephflow-agent-n1'), 'AGENT_SILENT'],
    ['a lost identity', (server) => server.lose('Secret', 'rook-ceph-mon'), 'IDENTITY_LOST'],
    ['a lost document', (server) => server.lose('CephCluster', CLUSTER), 'DOCUMENT_GONE'],
    [
      'a changed document',
      (server) =>
        server.change('CephCluster', CLUSTER, (object) => ({
          ...object,
          spec: aDocument({ mgr: { count: 1 } })['spec'],
        })),
      'DOCUMENT_NOT_APPLIED',
    ],
    [
      'a document without a sense',
      (server) => server.change('CephCluster', CLUSTER, (object) => ({ ...object, spec: { mon: 7 } })),
      'INVALID_DOCUMENT',
    ],
    [
      'a deleted document',
      (server) =>
        server.change('CephCluster', CLUSTER, (object) => ({
          ...object,
          metadata: { ...object.metadata, deletionTimestamp: NOW },
        })),
      'DOCUMENT_DELETED',
    ],
    [
      'a stripped finalizer',
      (server) =>
        server.change('Secret', 'rook-ceph-mon', (object) => ({
          ...object,
          metadata: { ...object.metadata, finalizers: [] },
        })),
      'FINALIZER_STRIPPED',
    ],
  ])('names %s', async (_, happens, code) => {
    const { server, report } = await given();
    happens(server);
    expect(codesOf(await report())).toEqual([code]);
  });

  it('names an operation that has been parked for over an hour, in its own words, and none that waits shorter', async () => {
    const parked = (lastEvent: string) =>
      given({
        workflowId: 'bootstrap:x',
        runId: 'r',
        awaiting: 'operator',
        lastEvent,
        awaitingBecause: 'verify: osd.3',
      });
    const { report, temporal } = await parked('2026-11-22T10:00:00Z');
    expect((await report()).findings).toMatchObject([
      { code: 'OPERATION_WAITS', because: 'bootstrap:x has been parked for 2h: verify: osd.3' },
    ]);
    expect(temporal.queries[0]).toContain('CephCluster = "rook-ceph"');
    expect(codesOf(await (await parked('2026-11-22T11:30:00Z')).report())).toEqual([]);
  });

  it('takes the one that waits for hands for the owner of its own OSD alone', async () => {
    const run = { workflowId: 'replace:x', runId: 'r' };
    const { server, report } = await given(run);
    const enter = (more: object) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: REGISTER_NAME, namespace: CLUSTER },
      data: {
        [keyOf(run)]: JSON.stringify({ operation: 'replace-disk', ...run, since: NOW, awaiting: 'operator', ...more }),
      },
    });
    const left = healthyCeph({ unfinished: [4, 5].map((osd) => ({ osd, state: 'destroyed' as const })) });
    await server.kubernetes.create(enter({ target: 'osd.4', yields: true, node: 'n1' }));
    expect((await report(left)).findings).toMatchObject([{ code: 'LEFT_UNFINISHED', target: 'osd.5' }]);
    server.lose('ConfigMap', REGISTER_NAME);
    await server.kubernetes.create(enter({ target: 'osd.4' }));
    expect(codesOf(await report(left))).toEqual([]);
  });

  it('lets a flag pass only while the operation that sets it runs by the word of Temporal', async () => {
    const flagged = healthyCeph({ flags: [{ flag: 'noout', on: null }] });
    const run = { workflowId: 'upgrade:x', runId: 'r' };
    const entry = { operation: 'upgrade-ceph-version', target: CLUSTER, ...run, since: NOW, awaiting: 'none' };
    const { server, report, temporal } = await given(run);
    await server.kubernetes.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: REGISTER_NAME, namespace: CLUSTER },
      data: { [keyOf(run)]: JSON.stringify(entry) },
    });
    expect(codesOf(await report(flagged))).toEqual([]);
    server.lose('ConfigMap', REGISTER_NAME);
    temporal.workflows.length = 0;
    expect(codesOf(await report(flagged))).toEqual(['ORPHAN_FLAG']);
  });

  it('names a schedule that somebody took away', async () => {
    const { report, temporal } = await given();
    temporal.schedules.clear();
    expect(codesOf(await report())).toEqual(['SCHEDULE_NOT_RUNNING']);
  });
});
