import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { createHostWaitActivities } from '../../../activities/hosts/await-hosts.ts';
import { requireHosts } from '../../../activities/hosts/pods-on-silent-hosts.ts';
import { unlessNoticed } from '../../../activities/hosts/unless-noticed.ts';
import { failure } from '../../../src/errors.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { aNode } from '../../builders/document.ts';
import { objectServer } from '../../builders/object-server.ts';

const SINCE = '2026-11-22T04:05:06Z';
const down = (name: string): KubernetesObject => {
  const node = aNode(name, { ready: false });
  const conditions = [{ type: 'Ready', status: 'Unknown', lastTransitionTime: SINCE }];
  return { ...node, status: { ...(node['status'] as object), conditions } };
};
const asActivity = <T>(act: () => Promise<T>): Promise<T> =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(act);
const waitsOn = (...nodes: KubernetesObject[]) => {
  const server = objectServer(...nodes);
  return { server, activities: createHostWaitActivities(server, 0) };
};

describe('looking for silent hosts', () => {
  it('names each with since when, one that Kubernetes does not know as well', async () => {
    const { activities } = waitsOn(aNode('n1'), down('n3'));
    const nodes = ['n1', 'n3', 'n9'];
    expect(await asActivity(() => activities.findSilentHosts({ cluster: 'rook-ceph', nodes }))).toEqual({
      silent: [
        { node: 'n3', since: SINCE },
        { node: 'n9', since: null },
      ],
    });
  });

  it('finds none among hosts that answer', async () => {
    const { activities } = waitsOn(aNode('n1'), down('n3'));
    expect(await asActivity(() => activities.findSilentHosts({ cluster: 'rook-ceph', nodes: ['n1'] }))).toEqual({
      silent: [],
    });
  });

  it('gives Kubernetes the time to notice one that has just stopped', async () => {
    const server = objectServer(aNode('n1'));
    const activities = createHostWaitActivities(server, 30);
    const look = asActivity(() => activities.findSilentHosts({ cluster: 'rook-ceph', nodes: ['n1'] }));
    server.change('Node', 'n1', () => down('n1'));
    expect((await look).silent).toEqual([{ node: 'n1', since: SINCE }]);
  });
});

describe('waiting for hosts', () => {
  it('ends with any or with all of them, as was asked', async () => {
    const { server, activities } = waitsOn(down('n2'), down('n3'));
    const until = (wanted: 'all' | 'any') =>
      asActivity(() => activities.untilHostsAnswer({ cluster: 'rook-ceph', nodes: ['n2', 'n3'], wanted }));
    const all = until('all');
    server.change('Node', 'n2', () => aNode('n2'));
    expect(await until('any')).toEqual({ nodes: ['n2'] });
    server.change('Node', 'n3', () => aNode('n3'));
    expect(await all).toEqual({ nodes: ['n2', 'n3'] });
  });
});

describe('pods that are tied to their hosts', () => {
  const pod = (name: string, nodeName: string, ready: boolean): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'rook-ceph', labels: { app: 'rook-ceph-mon' } },
    spec: { nodeName },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
  const where = { namespace: 'rook-ceph', selector: 'app=rook-ceph-mon' };

  it('on a silent host are a failure that names pod, host and since when', async () => {
    const { kubernetes } = objectServer(aNode('n1'), down('n3'), pod('mon-a', 'n1', false), pod('mon-c', 'n3', false));
    await expect(requireHosts(kubernetes, where)).rejects.toMatchObject({
      code: 'HOST_NOT_READY',
      message: expect.stringMatching(/Pod mon-c does not run.*n3 is not ready/) as string,
      details: { findings: [{ target: 'n3', evidence: SINCE }] },
    });
  });

  it('that serve are no failure, whatever Kubernetes says of their host', async () => {
    const { kubernetes } = objectServer(down('n3'), pod('mon-c', 'n3', true));
    expect(await requireHosts(kubernetes, where)).toBeUndefined();
  });
});

describe('a wait that looks for a reason to end', () => {
  it('is called off with that reason, and no outage of the API server is one', async () => {
    let looks = 0;
    const look = async (): Promise<string | undefined> => {
      looks += 1;
      if (looks === 1) throw failure('KUBERNETES_UNREACHABLE', 'no answer');
      return looks === 2 ? undefined : 'noticed';
    };
    let calledOff = false;
    const work = (over: AbortSignal) =>
      new Promise<string>((_, reject) =>
        over.addEventListener('abort', () => {
          calledOff = true;
          reject(over.reason as Error);
        }),
      );
    expect(await unlessNoticed({ work, look, lookEveryMilliseconds: 1 })).toBe('noticed');
    expect(calledOff).toBe(true);
  });

  it('ends with its own answer and its own failure', async () => {
    const look = async (): Promise<undefined> => undefined;
    expect(await unlessNoticed<string | undefined>({ work: async () => 'done', look })).toBe('done');
    const failing = unlessNoticed<undefined>({ work: () => Promise.reject(new Error('stuck')), look });
    await expect(failing).rejects.toThrow('stuck');
  });
});
