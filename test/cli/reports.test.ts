import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/cli/command-error.ts';
import { statusOf, type ClusterStatus } from '../../src/contract/cluster-status.ts';
import type { Holder } from '../../src/contract/exclusion.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { aDisk, aParkedState, anAskingState } from '../console/states.ts';
import { aResult, anExecution, finished, runCommand } from './fake-outside.ts';

const report = (namespace: string, node: string, rows: unknown): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `local-device-${node}`, namespace, labels: { app: 'cephflow-devices' } },
  data: { devices: JSON.stringify(rows), observedAt: '2026-02-03T04:59:00.000Z' },
});

describe('devices', () => {
  const objects = [
    report('rook-ceph', 'n2', [
      aDisk({ node: 'n2', verdict: 'rejected', reasons: ['MOUNTED'], remedy: 'Unmount it.' }),
    ]),
    report('rook-ceph', 'n1', [aDisk()]),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: 'rook-ceph' } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'local-device-n9', namespace: 'rook' },
      data: { devices: '?' },
    },
  ] as KubernetesObject[];

  it('prints an array with a row per disk for scripts', async () => {
    const run = await runCommand(['devices', '-o', 'json'], { objects });
    const rows = JSON.parse(run.out) as Record<string, unknown>[];
    expect(rows.map(({ node, path, id, verdict, reasons }) => ({ node, path, id, verdict, reasons }))).toEqual([
      { node: 'n1', path: '/dev/sdb', id: 'wwn:0x5000c500a1b2c3d4', verdict: 'eligible', reasons: [] },
      { node: 'n2', path: '/dev/sdb', id: 'wwn:0x5000c500a1b2c3d4', verdict: 'rejected', reasons: ['MOUNTED'] },
    ]);
    expect(rows[0]).toMatchObject({ namespace: 'rook-ceph', observedAt: '2026-02-03T04:59:00.000Z' });
  });

  it('prints a table for people, with the age of what was seen', async () => {
    const run = await runCommand(['devices'], { objects });
    expect(run.out).toMatchInlineSnapshot(`
      "NODE   PATH       ID                       SIZE    TYPE   VERDICT    REASONS   REMEDY
      n1     /dev/sdb   wwn:0x5000c500a1b2c3d4   6 GiB   hdd    eligible   -         -
      n2     /dev/sdb   wwn:0x5000c500a1b2c3d4   6 GiB   hdd    rejected   MOUNTED   Unmount it.
      "
    `);
    expect(run.err).toContain('rook-ceph/n1 60s ago');
  });

  it('narrows to a node and a namespace', async () => {
    const node = await runCommand(['devices', 'n2', '-o', 'json'], { objects });
    expect(JSON.parse(node.out)).toHaveLength(1);
    const elsewhere = await runCommand(['devices', '-n', 'other', '-o', 'json'], { objects });
    expect([elsewhere.exitCode, JSON.parse(elsewhere.out)]).toEqual([0, []]);
    expect(elsewhere.err).toContain('have been looked at yet');
  });

  it('shows no rows for a node that was looked at but not judged yet', async () => {
    const early = { ...report('rook-ceph', 'n3', []), data: { facts: '{}', observedAt: '2026-02-03T04:59:30.000Z' } };
    const run = await runCommand(['devices', 'n3', '-o', 'json'], { objects: [early] });
    expect([run.exitCode, JSON.parse(run.out)]).toEqual([0, []]);
    expect(run.err).toContain('rook-ceph/n3 30s ago');
  });

  it('keeps the tables of two clusters apart', async () => {
    const run = await runCommand(['devices'], { objects: [...objects, report('blue', 'n1', [aDisk()])] });
    expect(run.out).toMatch(/^Cluster blue\nNODE[^]+\n\nCluster rook-ceph\nNODE/);
  });

  it('names a table that cannot be read instead of leaving its disks out', async () => {
    const run = await runCommand(['devices'], { objects: [report('rook-ceph', 'n1', [{ node: 'n1' }])] });
    expect(run.exitCode).toBe(1);
    expect(run.err).toContain('rook-ceph/local-device-n1');
  });
});

describe('status', () => {
  const holder: Holder = {
    operation: 'add-disk',
    target: 'n1',
    workflowId: 'add-disk:rook-ceph:n1',
    runId: 'run-1',
    since: '2026-02-03T04:00:00.000Z',
    awaiting: 'operator',
  };
  const status: ClusterStatus = {
    health: 'HEALTH_OK',
    healthCodes: [],
    fsid: '11111111-2222-3333-4444-555555555555',
    mons: { quorum: ['a', 'b', 'c'] },
    mgr: { available: true, active: 'a' },
    osds: { up: 6, in: 6, total: 6 },
    version: '20.2.4',
    operations: [holder],
    schedule: { state: 'running' },
    findings: [],
  };
  const answer = (fields = {}) => ({
    status: { kind: 'finished', result: { ...status, ...fields } as never } as const,
  });

  it('prints what scripts check', async () => {
    const run = await runCommand(['status', 'rook-ceph', '-o', 'json'], answer());
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.out)).toEqual({ cluster: 'rook-ceph', ...status });
    expect(run.started).toMatchObject([{ type: 'readStatus', input: { cluster: 'rook-ceph' } }]);
  });

  it('prints a page for people', async () => {
    expect((await runCommand(['status', '-n', 'rook-ceph'], answer())).out).toMatchInlineSnapshot(`
      "rook-ceph: HEALTH_OK
        version      20.2.4
        mons         quorum a, b, c
        mgr          a available
        osds         6 up, 6 in, 6 in all
        operations   add-disk:rook-ceph:n1 (awaiting operator)
        schedule     running
      "
    `);
  });

  it.each([
    [{ state: 'paused', note: 'by ada: quiet night' }, 'paused (by ada: quiet night)'],
    [{ state: 'missing' }, 'missing; bootstrap makes it'],
    [{ state: 'different', because: 'it ends by itself' }, 'other than bootstrap set it: it ends by itself'],
    [undefined, 'not told by the ops worker'],
  ])('says where the schedule is: %j', async (schedule, told) => {
    expect((await runCommand(['status', 'rook-ceph'], answer({ schedule }))).out).toContain(`schedule     ${told}`);
  });

  it('exits with 4 when Ceph is not healthy, and names its codes', async () => {
    const run = await runCommand(['status', 'rook-ceph'], answer({ health: 'HEALTH_WARN', healthCodes: ['OSD_DOWN'] }));
    expect(run.exitCode).toBe(4);
    expect(run.out).toContain('HEALTH_WARN (OSD_DOWN)');
  });

  it('exits with 6 when Ceph does not answer, and says why', async () => {
    const silent = statusOf({ reachable: false, reason: 'No mon answers within 10 s.', fsid: null } as never, []);
    const run = await runCommand(['status', 'rook-ceph'], answer(silent));
    expect(run.exitCode).toBe(6);
    expect(run.out).toContain('blocking CEPH_UNREACHABLE: No mon answers within 10 s.');
  });

  it('says that a worker of another version answered', async () => {
    const run = await runCommand(['status', 'rook-ceph'], answer({ osds: 'many' }));
    expect(run.exitCode).toBe(1);
    expect(run.err).toContain('same version');
  });

  it('passes on why it could not be read', async () => {
    const run = await runCommand(['status', 'rook-ceph'], {
      status: { kind: 'failed', code: 'HOST_SILENT', message: 'No agent answers.', details: {} },
    });
    expect([run.exitCode, run.out]).toEqual([6, '']);
    expect(run.err).toContain('Error: No agent answers. [HOST_SILENT]');
  });
});

describe('operations', () => {
  const executions = [
    anExecution({
      status: 'completed',
      id: 'teardown:old',
      attributes: { CephOperation: 'teardown', CephCluster: 'old', CephPhase: 'ended' },
    }),
    anExecution({
      attributes: {
        CephOperation: 'bootstrap',
        CephCluster: 'rook-ceph',
        CephPhase: 'approve',
        CephAwaiting: 'approval',
      },
    }),
  ];

  it('lists what runs before what has ended', async () => {
    expect((await runCommand(['operations'], { executions })).out).toMatchInlineSnapshot(`
      "ID                    OPERATION   CLUSTER     PHASE     AWAITING   SINCE    STATUS
      bootstrap:rook-ceph   bootstrap   rook-ceph   approve   approval   1h ago   running
      teardown:old          teardown    old         ended     none       1h ago   completed
      "
    `);
  });

  it('asks for one cluster by name, and lets no name change the query', async () => {
    const run = await runCommand(['operations', 'rook-ceph', '-o', 'json'], { executions });
    expect(run.queries[0]).toBe(
      "CephOperation IS NOT NULL AND WorkflowType != 'checkHealth' AND CephCluster = 'rook-ceph' AND ExecutionStatus = 'Running'",
    );
    const evil = await runCommand(['operations', "x' OR '1'='1"]);
    expect([evil.exitCode, evil.queries]).toEqual([2, []]);
  });

  it('prints an empty array for scripts where nothing is known', async () => {
    expect((await runCommand(['operations', '-o', 'json'])).out).toBe('[]\n');
  });
});

describe('show', () => {
  it('shows the plan that is asked, whole, and the commands that answer', async () => {
    const run = await runCommand(['show', 'bootstrap:rook-ceph'], { running: {}, looks: [anAskingState()] });
    expect(run.out).toMatchInlineSnapshot(`
      "bootstrap:rook-ceph: running, started 2026-02-03 04:00:00Z
      It waits for your approval.
      The plan makes 1 OSD on a blank disk.

      Plan 0f3a9c12d4e5 of bootstrap rook-ceph
      Makes a cluster of 2 mons and 1 OSD.

      Steps
        STEP             RISK            WHAT IT DOES
        start-mons       none            starts 2 mons
          - mon.a
          - mon.b
        create-osds/n1   destroys-data   makes 1 OSD
          ! n1:/dev/sdb wwn:0x5000c500a1b2c3d4 6 GiB

      Findings
        warning NODE_UNSCHEDULABLE: n3 takes no pods, so its 2 disks are left out.

      What you can do
        cephflow approve bootstrap:rook-ceph --plan 0f3a9c12d4e5   # to go on with exactly this plan
        cephflow reject bootstrap:rook-ceph --reason '<why>'   # to end without a change
      "
    `);
  });

  it('shows a parked step and how to go on', async () => {
    const run = await runCommand(['show', 'bootstrap:rook-ceph'], { running: {}, looks: [aParkedState()] });
    expect(run.out).toContain('cephflow retry bootstrap:rook-ceph --step create-osds/n1 --attempt 3');
  });

  it('shows what Temporal knows when no worker answers', async () => {
    const run = await runCommand(['show', 'bootstrap:rook-ceph', '-o', 'json'], { running: {}, looks: ['silent'] });
    expect(JSON.parse(run.out)).toMatchObject({ status: 'running', state: null });
  });

  it('shows the result of what has ended', async () => {
    const run = await runCommand(['show', 'bootstrap:rook-ceph', '-o', 'json'], {
      running: { status: 'completed' },
      looks: [finished()],
    });
    expect(JSON.parse(run.out)).toMatchObject({ status: 'completed', result: aResult() });
  });
});

describe('version', () => {
  it('names every part that answers', async () => {
    const objects = [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'cephflow-ops', namespace: 'cephflow-system' },
        spec: { template: { spec: { containers: [{ image: 'cephflow:0.1.0' }] } } },
      },
      {
        apiVersion: 'ceph.rook.io/v1',
        kind: 'CephCluster',
        metadata: { name: 'c', namespace: 'rook-ceph' },
        status: { version: { version: '20.2.4-0' } },
      },
    ] as KubernetesObject[];
    const run = await runCommand(['version', '-o', 'json'], { objects });
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.out)).toEqual([
      { part: 'cephflow', version: expect.any(String) as string },
      { part: 'Temporal', version: '1.29.0' },
      { part: 'Kubernetes', version: 'v1.35.1' },
      { part: 'ops worker', version: 'cephflow:0.1.0' },
      { part: 'Ceph of rook-ceph', version: '20.2.4-0' },
    ]);
  });

  it('says which part does not answer, and still tells the others', async () => {
    const temporalFailure = new CommandError(6, 'Temporal at nowhere:7233 does not answer.');
    const run = await runCommand(['version'], { temporalFailure });
    expect(run.exitCode).toBe(6);
    expect(run.out).toContain('Temporal at nowhere:7233 does not answer.');
    expect(run.out).toContain('v1.35.1');
  });
});

describe('failures', () => {
  it('is one sentence with exit code 6 when Temporal cannot be reached', async () => {
    const run = await runCommand(['operations'], { temporalFailure: new CommandError(6, 'Temporal does not answer.') });
    expect([run.exitCode, run.err, run.out]).toEqual([6, 'Error: Temporal does not answer.\n', '']);
  });

  it('calls a bug a bug, without a stack, and shows no key that slipped into it', async () => {
    const key = `AQ${'x'.repeat(36)}==`;
    const run = await runCommand(['operations'], { temporalFailure: new TypeError(`cannot read ${key}`) });
    expect(run.exitCode).toBe(70);
    expect(run.err).not.toContain(key);
    expect(run.err).not.toContain('    at ');
  });
});
