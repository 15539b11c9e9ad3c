import { beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { aDocument, aNamespace, aNode } from '../../builders/document.ts';
import { asActivity } from '../../builders/ops-deps.ts';
import {
  AGENT_OBJECTS,
  CLUSTER,
  agentPod,
  agentsOf,
  forgetWorkflows,
  given,
  remember,
  withHosts,
} from './agents-rig.ts';

beforeEach(forgetWorkflows);

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

  it('look into the directory in which the cluster was made, whatever the document says since', async () => {
    const made = withHosts();
    await remember(made.server);
    expect(await made.install('run-1', 'remembered')).toMatchObject({ dataDir: '/var/lib/old' });
    const { spec } = made.server.get('DaemonSet', 'cephflow-agent') as never as { spec: unknown };
    expect(JSON.stringify(spec)).toContain('"path":"/var/lib/old"');
    expect(await made.install('run-1', 'document')).toMatchObject({ dataDir: '/var/lib/rook' });
  });

  it('look where the document says, where the record is of another cluster', async () => {
    const data = { fsid: Buffer.from('another').toString('base64') };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'rook-ceph-mon', namespace: CLUSTER }, data };
    const made = withHosts(secret);
    await remember(made.server);
    expect(await made.install('run-1', 'remembered')).toMatchObject({ dataDir: '/var/lib/rook' });
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

  it('are all of the level that the operation needs, or it is told which ones are not', async () => {
    const { activities } = withHosts(agentPod('old', 'ceph', true), levelled(agentPod('new', 'ceph', true), '2'));
    const ask = (level?: number) =>
      asActivity(() =>
        activities.untilAgentsAnswer({
          cluster: CLUSTER,
          nodes: ['n1', 'n2'],
          ...(level === undefined ? {} : { level }),
        }),
      );
    await ask();
    await ask(1);
    await expect(ask(2)).rejects.toThrow(/1 of the 2 agents .*: old \(kubectl -n rook-ceph delete pod old\)/);
  });
});

const levelled = (pod: KubernetesObject, level: string): KubernetesObject => ({
  ...pod,
  metadata: { ...pod.metadata, annotations: { 'cephflow.io/agent-level': level } },
});
