import { beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { AGENT_OBJECTS, CLUSTER, agentsOf, forgetWorkflows, registerOf, withHosts, workflows } from './agents-rig.ts';

beforeEach(forgetWorkflows);

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
      if (how === 'open') workflows.open = [{ workflowId: 'bootstrap:rook-ceph', runId: 'run-1' }, other];
      else await server.kubernetes.create(registerOf(other));
      const keptFor = 'workflow teardown:rook-ceph works with them';
      expect(await takeAway('run-1')).toEqual({ already: true, keptFor });
      expect(agentsOf(server)).toEqual(AGENT_OBJECTS);
      expect(await install('run-2')).toMatchObject({ added: true });
      workflows.open = [];
      expect(await takeAway('run-1')).toEqual({ already: true });
      expect(await takeAway('run-2')).toEqual({ already: false });
      expect(agentsOf(server)).toEqual([]);
    },
  );

  it('removes them after all where the list still names an operation that had closed before it could take them away', async () => {
    const { server, install, takeAway } = withHosts();
    await install('run-1');
    workflows.open = [{ workflowId: 'teardown:rook-ceph', runId: 'run-2' }];
    workflows.closed = { 'run-2': 1 };
    await expect(takeAway('run-1')).rejects.toMatchObject({ code: 'OPERATION_HELD', retryable: true });
    expect(agentsOf(server)).toEqual(AGENT_OBJECTS);
    workflows.open = [];
    expect(await takeAway('run-1')).toEqual({ already: false });
    expect(agentsOf(server)).toEqual([]);
  });

  it('are its own again where Temporal did not tell whether the operation that got them still runs', async () => {
    const { server, install, takeAway } = withHosts();
    await install('run-1');
    workflows.open = [{ workflowId: 'lost', runId: 'run-2' }];
    await expect(takeAway('run-1')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    workflows.open = [];
    expect(await takeAway('run-1')).toEqual({ already: false });
    expect(agentsOf(server)).toEqual([]);
  });

  it('removes them in the same attempt where the list catches up while it looks', async () => {
    const { server, install, takeAway } = withHosts();
    await install('run-1');
    workflows.open = [{ workflowId: 'teardown:rook-ceph', runId: 'run-2' }];
    workflows.closed = { 'run-2': 1 };
    // The list forgets the closed operation once the agents were written over to it.
    server.refuse(
      ({ method, path }) => {
        if (method === 'PATCH' && path.endsWith('/daemonsets/cephflow-agent')) workflows.open = [];
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
    workflows.closed = { 'run-2': 59 };
    await expect(takeAway('run-1')).rejects.toMatchObject({ code: 'OPERATION_HELD' });
    expect(agentsOf(server)).toEqual(AGENT_OBJECTS);
    workflows.closed = { 'run-2': 61 };
    expect(await takeAway('run-1')).toEqual({ already: false });
    expect(agentsOf(server)).toEqual([]);
  });

  it('leaves them where an entry of the register cannot be read, or Temporal does not tell who else is there', async () => {
    const { server, install, takeAway } = withHosts();
    await install('run-1');
    workflows.open = 'unreachable';
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
