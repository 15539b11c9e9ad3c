import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { createNoticeActivities } from '../../../activities/observe/judge-noticed.ts';
import { readNoticed, writeNoticed } from '../../../activities/observe/noticed-hosts.ts';
import { writeHostFacts } from '../../../activities/observe/host-record.ts';
import { withTexts } from '../../../activities/operations/register.ts';
import type { ClusterState } from '../../../src/contract/ceph-activities.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { noticeDevices } from '../../../worker/notice-devices.ts';
import { diskOf, factsOf, monStoreOf, NODES, ownDisk, runningCluster } from '../../builders/bootstrap-observation.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
import { objectServer } from '../../builders/object-server.ts';
import { opsDeps } from '../../builders/ops-deps.ts';
import { FSID } from '../../domain/disk-facts-builder.ts';

const CLUSTER = 'rook-ceph';
const NEW = 'serial:new';
const identity: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'rook-ceph-mon', namespace: CLUSTER },
  data: { fsid: Buffer.from(FSID).toString('base64') },
};
const hostWith = (node: string, ...more: ReturnType<typeof diskOf>[]) =>
  factsOf(node, { disks: [ownDisk(node), ...more], leftovers: [monStoreOf(node)] });
const blank = () => diskOf('n1', { id: NEW, path: '/dev/sdx' });

/** A cluster whose hosts were all described, the first one with a new blank disk. */
async function given(annotations: Record<string, string> = {}, ...more: KubernetesObject[]) {
  const document = aDocument();
  document.metadata.annotations = annotations;
  const server = objectServer(aNamespace(), document, ...NODES.map((node) => aNode(node)), identity, ...more);
  const { kubernetes } = server;
  for (const node of NODES)
    await writeNoticed(kubernetes, CLUSTER, {
      facts: node === 'n1' ? hostWith(node, blank()) : hostWith(node),
      fingerprint: 'f1',
    });
  const started: unknown[] = [];
  const running = new Set<string>();
  const rejected: string[] = [];
  const deps = opsDeps(kubernetes);
  Object.assign(deps.temporal.workflow, {
    start: async (type: string, { workflowId, args }: { workflowId: string; args: unknown[] }) => {
      if (running.has(workflowId)) throw new WorkflowExecutionAlreadyStartedError('runs', workflowId, type);
      started.push([type, workflowId, ...args]);
      return Promise.resolve({ firstExecutionRunId: `run-${started.length}` });
    },
    getHandle: (workflowId: string, runId: string) => ({
      signal: (name: string) => {
        if (!running.has(workflowId)) throw new WorkflowNotFoundError('closed', workflowId, runId);
        rejected.push(`${name} ${workflowId} ${runId}`);
        return Promise.resolve();
      },
    }),
  });
  const activities = createNoticeActivities(deps);
  const judge = (ceph: ClusterState = runningCluster()) => activities.judgeNoticed({ cluster: CLUSTER, ceph });
  return { server, kubernetes, activities, judge, started, running, rejected };
}
const rowsOf = (server: ReturnType<typeof objectServer>, node: string): { id: string; verdict: string }[] => {
  const { devices = '[]' } = (server.get('ConfigMap', `local-device-${node}`)?.['data'] ?? {}) as { devices?: string };
  return JSON.parse(devices) as { id: string; verdict: string }[];
};

describe('what agents noticed', () => {
  it('is judged as bootstrap would, shown, and asked about', async () => {
    const { server, judge, kubernetes } = await given();
    // Nobody remembers n1 as a host of this cluster here, so the policy for hosts decides.
    expect(await judge()).toMatchObject({ wanted: [{ node: 'n1', disks: [NEW], approval: 'required' }] });
    expect(rowsOf(server, 'n1').map(({ id, verdict }) => [id, verdict])).toContainEqual([NEW, 'eligible']);
    const noticed = await readNoticed(kubernetes, CLUSTER, 'n1');
    expect(noticed?.judged).toBe(noticed?.seen);
  });

  it('is asked about once, also where the operation runs already; a disk that was gone is new again', async () => {
    const { activities, judge, started, running, kubernetes } = await given();
    const wanted = (await judge()).wanted[0];
    if (wanted === undefined) throw new Error('nothing is new');
    expect(await activities.askToAdd({ cluster: CLUSTER, wanted })).toEqual({ already: false });
    expect(started).toMatchObject([
      ['addNode', 'add-node:rook-ceph:n1', { cluster: CLUSTER, node: 'n1', approval: 'required' }],
    ]);
    running.add('add-node:rook-ceph:n1');
    expect(await activities.askToAdd({ cluster: CLUSTER, wanted })).toEqual({ already: true });
    expect((await judge()).wanted).toEqual([]);
    await writeNoticed(kubernetes, CLUSTER, { facts: hostWith('n1'), fingerprint: 'f2' });
    expect((await judge()).wanted).toEqual([]);
    await writeNoticed(kubernetes, CLUSTER, { facts: hostWith('n1', blank()), fingerprint: 'f3' });
    expect((await judge()).wanted).toMatchObject([{ disks: [NEW] }]);
  });

  it('is not asked any more when the disk is gone again', async () => {
    const { activities, judge, running, rejected, kubernetes } = await given();
    const [wanted] = (await judge()).wanted;
    if (wanted === undefined) throw new Error('nothing is new');
    await activities.askToAdd({ cluster: CLUSTER, wanted });
    const id = 'add-node:rook-ceph:n1';
    expect((await judge()).pointless).toEqual([]);
    await writeNoticed(kubernetes, CLUSTER, { facts: hostWith('n1'), fingerprint: 'f2' });
    const [question] = (await judge()).pointless;
    expect(question).toEqual({ node: 'n1', workflowId: id, runId: 'run-1' });
    if (question === undefined) return;
    running.add(id);
    expect(await activities.withdrawQuestion({ cluster: CLUSTER, question })).toEqual({ already: false });
    expect(rejected).toEqual([`reject ${id} run-1`]);
    expect((await judge()).pointless).toEqual([]);
    running.clear();
    expect(await activities.withdrawQuestion({ cluster: CLUSTER, question })).toEqual({ already: true });
  });

  it.each([
    ['add', [{ approval: 'auto' }]],
    ['ignore', []],
    ['whatever', [{ approval: 'required' }]],
  ])('follows the annotation "%s"', async (policy, wanted) => {
    const { judge } = await given({ 'cephflow.io/new-nodes': policy, 'cephflow.io/new-disks': policy });
    expect((await judge()).wanted).toMatchObject(wanted);
  });

  it('shows whose disk fails, with the input that replaces it, and asks about no blank one with I/O errors', async () => {
    const { server, judge, kubernetes } = await given();
    const ioErrors = { count: 3, lastAt: '2026-11-22T12:00:00.000Z' };
    const facts = hostWith('n1', diskOf('n1', { id: NEW, path: '/dev/sdx', ioErrors }));
    await writeNoticed(kubernetes, CLUSTER, { facts, fingerprint: 'f2' });
    const check = { code: 'OSD_TOO_MANY_REPAIRS', severity: 'HEALTH_WARN', message: 'x', muted: true, osds: [0] };
    const { wanted } = await judge(runningCluster({ health: { status: 'HEALTH_OK', checks: [check] } }));
    expect(wanted).toEqual([]);
    expect(rowsOf(server, 'n1')).toMatchObject([
      { verdict: 'in-use', osdId: 0, remedy: 'replace-disk {"cluster":"rook-ceph","osd":0}' },
      { verdict: 'rejected', reasons: ['IO_ERRORS'], remedy: 'replace the disk' },
    ]);
  });

  it('leads to nothing while an operation holds the cluster, or Ceph does not answer', async () => {
    const holder = JSON.stringify({
      operation: 'bootstrap',
      target: CLUSTER,
      workflowId: 'w',
      runId: 'r',
      since: '2026',
      awaiting: 'none',
    });
    const held = await given({}, withTexts(CLUSTER, undefined, { 'w.r': holder }));
    expect(await held.judge()).toEqual({ wanted: [], pointless: [], hosts: [] });
    const silent = await given();
    expect((await silent.judge({ reachable: false, reason: 'no mon', fsid: FSID })).wanted).toEqual([]);
  });

  it('leads to a question while one only waits for a disk, but not on that host: it asks about that disk itself', async () => {
    const waiting = (node: string) =>
      withTexts(CLUSTER, undefined, {
        'w.r': JSON.stringify({
          ...{ operation: 'replace-disk', target: 'osd.5', workflowId: 'w', runId: 'r', since: '2026' },
          ...{ awaiting: 'operator', yields: true, node },
        }),
      });
    const elsewhere = await given({}, waiting('n3'));
    expect((await elsewhere.judge()).wanted.map(({ node }) => node)).toEqual(['n1']);
    const there = await given({}, waiting('n1'));
    expect((await there.judge()).wanted).toEqual([]);
  });

  it('is older than what an operation saw since: an OSD that it made is never taken for a blank disk', async () => {
    const { judge, kubernetes } = await given();
    await writeHostFacts(kubernetes, CLUSTER, 'look', hostWith('n1'));
    expect((await judge()).wanted).toEqual([]);
  });
});

describe('an agent', () => {
  const at = (time: string) => () => new Date(time);

  it('describes its host where a device came or went, and reads inside the disks every ten minutes', async () => {
    const { kubernetes } = objectServer(aNamespace());
    let fingerprint = 'f1';
    let reads = 0;
    const look = (now: () => Date) =>
      noticeDevices({
        kubernetes,
        cluster: CLUSTER,
        node: 'n1',
        fingerprint: () => Promise.resolve(fingerprint),
        readFacts: () => Promise.resolve(((reads += 1), hostWith('n1'))),
        now,
      });
    expect(await look(at(new Date().toISOString()))).toHaveLength(1);
    expect(await look(at(new Date().toISOString()))).toEqual([]);
    expect(reads).toBe(1);
    fingerprint = 'f2';
    expect(await look(at(new Date().toISOString()))).toHaveLength(1);
    const later = new Date(Date.now() + 601_000).toISOString();
    expect(await look(at(later))).toEqual([]);
    expect(reads).toBe(3);
  });
});
