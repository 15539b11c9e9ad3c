import type { Client } from '@temporalio/client';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAgentActivities } from '../../../activities/agents/agents.ts';
import { writeClusterRecord } from '../../../activities/operations/cluster-record.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
import { objectServer, type ObjectServer } from '../../builders/object-server.ts';
import { asActivity, opsDeps } from '../../builders/ops-deps.ts';
import { FSID } from '../../domain/disk-facts-builder.ts';

const CLUSTER = 'rook-ceph';
const NOW = new Date('2026-11-22T04:00:00Z');
const AGENT_OBJECTS = ['DaemonSet', 'Role', 'RoleBinding', 'ServiceAccount'].map((kind) => `${kind}/cephflow-agent`);

/** Workflows of the cluster that Temporal calls open. */
let open: { workflowId: string; runId: string }[] | 'unreachable' = [];
/** Latest run of each workflow. */
const runOf: Record<string, string> = { 'teardown:rook-ceph': 'run-2' };
/** Seconds since runs were closed, by run id, as Temporal itself knows them; every other run is still open. */
let closed: Record<string, number> = {};
const describeRun = (runId: string) => ({
  runId,
  raw: { workflowExecutionInfo: { firstRunId: runId } },
  ...(closed[runId] === undefined ? {} : { closeTime: new Date(NOW.getTime() - closed[runId] * 1000) }),
});
const temporal = {
  withDeadline: (_: number, ask: () => Promise<unknown>) => ask(),
  workflow: {
    async *list({ query }: { query: string }) {
      if (open === 'unreachable') throw new Error('14 UNAVAILABLE');
      if (query === `CephCluster = "${CLUSTER}" AND ExecutionStatus = "Running"`) yield* open;
    },
    getHandle: (workflowId: string) => ({
      describe: async () => {
        const runId = runOf[workflowId];
        if (runId === undefined) throw new Error('14 UNAVAILABLE');
        return describeRun(runId);
      },
    }),
  },
} as unknown as Client;
beforeEach(() => void ((open = []), (closed = {})));

const given = (...objects: KubernetesObject[]) => {
  const server = objectServer(...objects);
  const activities = createAgentActivities({ ...opsDeps(server.kubernetes), temporal, now: () => NOW });
  const install = (runId: string, from: 'document' | 'remembered' = 'document') =>
    asActivity(() => activities.installAgents({ cluster: CLUSTER, from, runId }));
  const takeAway = (runId: string) => asActivity(() => activities.removeAddedAgents({ cluster: CLUSTER, runId }));
  return { server, activities, install, takeAway };
};
const withHosts = (...more: KubernetesObject[]) => given(aNamespace(), aDocument(), aNode('n1'), aNode('n2'), ...more);
const agentsOf = (server: ObjectServer): string[] => server.names().filter((name) => name.endsWith('/cephflow-agent'));
const remember = (server: ObjectServer) =>
  writeClusterRecord(server.kubernetes, CLUSTER, {
    image: 'quay.io/ceph/ceph:v18.2.8',
    dataDir: '/var/lib/old',
    fsid: FSID,
    nodes: ['n1'],
    updatedAt: '',
  });

const agentPod = (name: string, image: string, ready: boolean): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: CLUSTER, labels: { app: 'cephflow-agent' } },
  spec: { initContainers: [{ image: 'cephflow:1' }], containers: [{ image }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

const registerOf = ({ workflowId, runId }: { workflowId: string; runId: string }): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cephflow-operations', namespace: CLUSTER },
  data: {
    [`teardown_rook-ceph.${runId}`]: JSON.stringify({
      operation: 'teardown',
      target: CLUSTER,
      workflowId,
      runId,
      since: NOW.toISOString(),
      awaiting: 'none',
    }),
  },
});

describe('installing agents', () => {
  it('makes them once, for the run that asked; a second call changes nothing and still owns them', async () => {
    const { server, install } = withHosts();
    const first = await install('run-1');
    expect(first).toEqual({ added: true, nodes: ['n1', 'n2'], dataDir: '/var/lib/rook', findings: [] });
    expect(agentsOf(server)).toEqual(AGENT_OBJECTS);
    const versions = AGENT_OBJECTS.map(
      (name) => server.get(...(name.split('/') as [string, string]))?.metadata.resourceVersion,
    );
    expect(await install('run-1')).toEqual(first);
    expect(
      AGENT_OBJECTS.map((name) => server.get(...(name.split('/') as [string, string]))?.metadata.resourceVersion),
    ).toEqual(versions);
  });

  it('of another run are used, not taken over', async () => {
    const { install, takeAway, server } = withHosts();
    await install('run-1');
    expect(await install('run-2')).toMatchObject({ added: false, nodes: ['n1', 'n2'] });
    expect(await takeAway('run-2')).toEqual({ already: true });
    expect(agentsOf(server)).toEqual(AGENT_OBJECTS);
  });

  it('that nobody is known to have added are never taken away by a run', async () => {
    const { server, install, takeAway } = withHosts();
    await install('run-1');
    server.change('DaemonSet', 'cephflow-agent', (object) => ({
      ...object,
      metadata: { ...object.metadata, annotations: {} },
    }));
    expect(await install('run-2')).toMatchObject({ added: false });
    expect(await takeAway('run-2')).toEqual({ already: true });
    expect(agentsOf(server)).toEqual(AGENT_OBJECTS);
  });

  it('is refused before anything is made where the namespace forbids privileged pods, with the exact command', async () => {
    const { server, install } = given(
      aNamespace(CLUSTER, { 'pod-security.kubernetes.io/enforce': 'baseline' }),
      aDocument(),
      aNode('n1'),
    );
    await expect(install('run-1')).rejects.toMatchObject({
      code: 'POD_SECURITY',
      message: expect.stringContaining(
        'kubectl label --overwrite namespace rook-ceph pod-security.kubernetes.io/enforce=privileged',
      ),
      details: { findings: [{ code: 'POD_SECURITY', severity: 'blocking' }] },
    });
    expect(server.writes).toEqual([]);
  });

  it('is refused before anything is made where the namespace is being deleted', async () => {
    const ending = { ...aNamespace(), metadata: { name: CLUSTER, deletionTimestamp: '2026-11-22T01:02:03Z' } };
    const { server, install } = given(ending, aDocument(), aNode('n1'));
    await remember(server);
    const before = server.writes.length;
    for (const from of ['document', 'remembered'] as const)
      await expect(install('run-1', from)).rejects.toMatchObject({ code: 'NAMESPACE_TERMINATING' });
    expect(server.writes.length).toBe(before);
  });

  it('makes nothing where there is no document, or one that cannot be read', async () => {
    const missing = given(aNamespace(), aNode('n1'));
    await expect(missing.install('run-1')).rejects.toMatchObject({ code: 'DOCUMENT_MISSING' });
    const broken = given(aNamespace(), aDocument({ mon: { count: 'x' } }), aNode('n1'));
    await expect(broken.install('run-1')).rejects.toMatchObject({ code: 'INVALID_DOCUMENT' });
    expect([...missing.server.writes, ...broken.server.writes]).toEqual([]);
  });

  it('uses the record where the document is gone or broken, so that teardown still reaches the disks', async () => {
    for (const documents of [[], [aDocument({ mon: { count: 'x' } })]]) {
      const { server, install } = given(
        aNamespace(),
        aNode('n1', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }),
        ...documents,
      );
      await remember(server);
      expect(await install('run-1', 'remembered')).toMatchObject({
        added: true,
        nodes: ['n1'],
        dataDir: '/var/lib/old',
      });
      expect(JSON.stringify(server.get('DaemonSet', 'cephflow-agent'))).toContain('quay.io/ceph/ceph:v18.2.8');
    }
  });

  it('says so where nothing is remembered, and makes nothing', async () => {
    const { server, install } = given(aNamespace(), aNode('n1'));
    const answer = await install('run-1', 'remembered');
    expect(answer).toMatchObject({ added: false, nodes: [], findings: [{ code: 'NOTHING_REMEMBERED' }] });
    expect(server.writes).toEqual([]);
  });

  it('names each host that is left out, and why', async () => {
    const { install } = withHosts(
      aNode('n3', { ready: false }),
      aNode('n4', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }),
    );
    const { nodes, findings } = await install('run-1');
    expect(nodes).toEqual(['n1', 'n2']);
    expect(findings.map(({ code, target, because }) => [code, target, because])).toEqual([
      ['NODE_LEFT_OUT', 'n3', 'n3: Kubernetes says the host is not ready, so nothing is done there.'],
      ['NODE_LEFT_OUT', 'n4', 'n4: taint gpu:NoSchedule is not tolerated, so nothing is done there.'],
    ]);
  });

  it('gives every agent that it replaces its grace: one that is not ready just now may still write to a disk', async () => {
    const old = 'quay.io/ceph/ceph:v18.2.8';
    const on = (pod: KubernetesObject, nodeName: string, deletionTimestamp?: string): KubernetesObject => ({
      ...pod,
      metadata: { ...pod.metadata, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
      spec: { ...(pod['spec'] as object), nodeName },
    });
    const { server, install } = withHosts(
      on(agentPod('not-ready', old, false), 'n1'),
      on(agentPod('host-gone', old, true), 'n9'),
      on(agentPod('ending', old, false), 'n2', '2026-11-22T03:59:30Z'),
      on(agentPod('ending-for-long', old, false), 'n2', '2026-11-22T03:58:00Z'),
    );
    const graces: Record<string, unknown> = {};
    server.refuse(
      ({ method, path, body }) => {
        if (method === 'DELETE')
          graces[path.split('/').at(-1) ?? ''] = (body as { gracePeriodSeconds?: number }).gracePeriodSeconds;
        return false;
      },
      { status: 500, body: {} },
    );
    await install('run-1');
    expect(graces).toEqual({ 'not-ready': undefined, 'host-gone': 0, 'ending-for-long': 0 });
  });

  it('replaces a stuck agent of another image, and no running one', async () => {
    const { server, install } = withHosts(
      agentPod('stuck-old', 'quay.io/ceph/ceph:typo', false),
      agentPod('stuck-now', 'quay.io/ceph/ceph:v20.2.4', false),
      agentPod('running-old', 'quay.io/ceph/ceph:v18.2.8', true),
    );
    await install('run-1');
    expect(server.names().filter((name) => name.startsWith('Pod/'))).toEqual(['Pod/running-old', 'Pod/stuck-now']);
  });
});

describe('agents that answer', () => {
  it('are waited for by their own label and count', async () => {
    const { server, activities } = withHosts();
    await asActivity(() => activities.untilAgentsAnswer({ cluster: CLUSTER, nodes: ['n1', 'n2'] }));
    expect(server.waits).toEqual([{ namespace: CLUSTER, selector: 'app=cephflow-agent', count: 2 }]);
  });
});

describe('taking agents away again', () => {
  it('removes exactly what the run added, with what the agents wrote, and says already when asked again', async () => {
    const record = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'local-device-n1', namespace: CLUSTER },
      data: { observation: 'x' },
    };
    const mine = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mine', namespace: CLUSTER }, data: {} };
    const { server, install, takeAway } = withHosts(record, mine);
    await install('run-1');
    expect(await takeAway('run-1')).toEqual({ already: false });
    expect(server.names()).toEqual([
      'CephCluster/rook-ceph',
      'ConfigMap/mine',
      'Namespace/rook-ceph',
      'Node/n1',
      'Node/n2',
    ]);
    expect(await takeAway('run-1')).toEqual({ already: true });
  });

  it.each(['register', 'open'] as const)(
    'leaves them to another operation (%s), which takes them away instead',
    async (how) => {
      const { server, install, takeAway } = withHosts();
      await install('run-1');
      const other = { workflowId: 'teardown:rook-ceph', runId: 'run-2' };
      if (how === 'open') open = [{ workflowId: 'bootstrap:rook-ceph', runId: 'run-1' }, other];
      else await server.kubernetes.create(registerOf(other));
      const keptFor = 'workflow teardown:rook-ceph works with them';
      expect(await takeAway('run-1')).toEqual({ already: true, keptFor });
      expect(agentsOf(server)).toEqual(AGENT_OBJECTS);
      expect(await install('run-2')).toMatchObject({ added: true });
      open = [];
      expect(await takeAway('run-1')).toEqual({ already: true });
      expect(await takeAway('run-2')).toEqual({ already: false });
      expect(agentsOf(server)).toEqual([]);
    },
  );

  it('removes them after all where the list still names an operation that had closed before it could take them away', async () => {
    const { server, install, takeAway } = withHosts();
    await install('run-1');
    open = [{ workflowId: 'teardown:rook-ceph', runId: 'run-2' }];
    closed = { 'run-2': 1 };
    await expect(takeAway('run-1')).rejects.toMatchObject({ code: 'OPERATION_HELD', retryable: true });
    expect(agentsOf(server)).toEqual(AGENT_OBJECTS);
    open = [];
    expect(await takeAway('run-1')).toEqual({ already: false });
    expect(agentsOf(server)).toEqual([]);
  });

  it('are its own again where Temporal did not tell whether the operation that got them still runs', async () => {
    const { server, install, takeAway } = withHosts();
    await install('run-1');
    open = [{ workflowId: 'lost', runId: 'run-2' }];
    await expect(takeAway('run-1')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    open = [];
    expect(await takeAway('run-1')).toEqual({ already: false });
    expect(agentsOf(server)).toEqual([]);
  });

  it('removes them in the same attempt where the list catches up while it looks', async () => {
    const { server, install, takeAway } = withHosts();
    await install('run-1');
    open = [{ workflowId: 'teardown:rook-ceph', runId: 'run-2' }];
    closed = { 'run-2': 1 };
    // The list forgets the closed operation once the agents were written over to it.
    server.refuse(
      ({ method, path }) => {
        if (method === 'PATCH' && path.endsWith('/daemonsets/cephflow-agent')) open = [];
        return false;
      },
      { status: 500, body: {} },
    );
    expect(await takeAway('run-1')).toEqual({ already: false });
    expect(agentsOf(server)).toEqual([]);
  });

  it('waits for an entry of the register while its operation may still write, and not for one that has ended', async () => {
    const { server, install, takeAway } = withHosts();
    await install('run-1');
    await server.kubernetes.create(registerOf({ workflowId: 'teardown:rook-ceph', runId: 'run-2' }));
    closed = { 'run-2': 59 };
    await expect(takeAway('run-1')).rejects.toMatchObject({ code: 'OPERATION_HELD' });
    expect(agentsOf(server)).toEqual(AGENT_OBJECTS);
    closed = { 'run-2': 61 };
    expect(await takeAway('run-1')).toEqual({ already: false });
    expect(agentsOf(server)).toEqual([]);
  });

  it('leaves them where an entry of the register cannot be read, or Temporal does not tell who else is there', async () => {
    const { server, install, takeAway } = withHosts();
    await install('run-1');
    open = 'unreachable';
    await expect(takeAway('run-1')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    await server.kubernetes.create({ ...registerOf({ workflowId: 'x', runId: 'y' }), data: { 'x.y': 'scribble' } });
    expect(await takeAway('run-1')).toMatchObject({ already: true, keptFor: expect.stringContaining('x.y') });
    expect(agentsOf(server)).toEqual(AGENT_OBJECTS);
  });

  it('finds what is left of agents whose making or removal was cut short, but only its own', async () => {
    const { server, install, takeAway } = withHosts();
    await install('run-1');
    const { kind, apiVersion } = server.get('DaemonSet', 'cephflow-agent') as KubernetesObject;
    await server.kubernetes.remove({ apiVersion, kind, namespace: CLUSTER, name: 'cephflow-agent' });
    expect(await takeAway('run-2')).toEqual({ already: true });
    expect(agentsOf(server)).toEqual(AGENT_OBJECTS.slice(1));
    expect(await takeAway('run-1')).toEqual({ already: false });
    expect(agentsOf(server)).toEqual([]);
  });

  it('is harmless where there never were any', async () => {
    expect(await withHosts().takeAway('run-1')).toEqual({ already: true });
  });
});
