import { describe, expect, it } from 'vitest';
import { endPods } from '../../../activities/teardown/end-pods.ts';
import { removeAgents } from '../../../activities/teardown/remove-agents.ts';
import { stopDaemons } from '../../../activities/teardown/stop-daemons.ts';
import { notProven, type UnprovenPods } from '../../../activities/teardown/silent-hosts.ts';
import { failure } from '../../../src/errors.ts';
import type { KubernetesObject } from '../../../src/manifests/object.ts';
import { aNode } from '../../builders/document.ts';
import { objectServer } from '../../builders/object-server.ts';
import { asActivity } from '../../builders/ops-deps.ts';

const POD = { apiVersion: 'v1', kind: 'Pod' } as const;
const pod = (name: string, nodeName: string): KubernetesObject => ({
  ...POD,
  metadata: { name, namespace: 'rook-ceph', labels: { app: 'rook-ceph-osd' } },
  spec: { nodeName },
});

/** Pods that stay, as those of a host that does not answer: they are asked to end and the wait gives up. */
const ending = (...objects: KubernetesObject[]): Promise<UnprovenPods> => {
  const { kubernetes } = objectServer(...objects);
  const stubborn: typeof kubernetes = {
    ...kubernetes,
    remove: () => Promise.resolve({ already: false }),
    untilPodsGone: () => Promise.reject(failure('STILL_RUNNING', 'Given up after 180 s: still there: Pod x')),
  };
  const pods = { namespace: 'rook-ceph', selector: 'app=rook-ceph-osd', graceSeconds: 1, withinSeconds: 1 };
  return asActivity(() => endPods(stubborn, pods));
};

describe('agents that do not end', () => {
  const agent = (name: string, nodeName: string) => {
    const { metadata, ...rest } = pod(name, nodeName);
    return { ...rest, metadata: { ...metadata, labels: { app: 'cephflow-agent' } } };
  };
  const metadata = { name: 'cephflow-agent', namespace: 'rook-ceph' };
  const permissions = [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
  ];
  const removing = (leaving?: string[] | 'silent') => {
    const server = objectServer(aNode('n3', { ready: false }), agent('agent-x', 'n3'), ...permissions);
    const stubborn: typeof server.kubernetes = {
      ...server.kubernetes,
      remove: (ref, options) =>
        ref.kind === 'Pod' ? Promise.resolve({ already: false }) : server.kubernetes.remove(ref, options),
      untilPodsGone: () => Promise.reject(failure('STILL_RUNNING', 'Given up')),
    };
    const input = { cluster: 'rook-ceph', ...(leaving === undefined ? {} : { leaving }) };
    return asActivity(() => removeAgents({ kubernetes: stubborn }, input));
  };

  it('are waited for, unless their host was left out or nothing rests on it; then they may read no key any more', async () => {
    const removed = permissions.map(({ kind }) => `${kind}/cephflow-agent`);
    await expect(removing()).rejects.toMatchObject({ code: 'HOST_NOT_READY' });
    await expect(removing(['n2'])).rejects.toMatchObject({ code: 'HOST_NOT_READY' });
    await expect(removing(['n3'])).resolves.toEqual({ removed, already: false });
    await expect(removing('silent')).resolves.toEqual({ removed, already: false });
  });
});

describe('stopping daemons while a host is silent', () => {
  it('stops every kind on the hosts that answer before it names the one that does not', async () => {
    const deployment = (name: string, app: string) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'rook-ceph', labels: { app, rook_cluster: 'rook-ceph' } },
    });
    const server = objectServer(
      aNode('n3', { ready: false }),
      pod('rook-ceph-osd-3-x', 'n3'),
      deployment('rook-ceph-osd-3', 'rook-ceph-osd'),
      deployment('rook-ceph-mon-a', 'rook-ceph-mon'),
    );
    const stubborn: typeof server.kubernetes = {
      ...server.kubernetes,
      remove: (ref, options) =>
        ref.kind === 'Pod' ? Promise.resolve({ already: false }) : server.kubernetes.remove(ref, options),
      untilPodsGone: async ({ selector }) => {
        if (selector.includes('rook-ceph-osd')) throw failure('STILL_RUNNING', 'Given up');
      },
    };
    await expect(asActivity(() => stopDaemons(stubborn, { cluster: 'rook-ceph' }))).rejects.toMatchObject({
      code: 'HOST_NOT_READY',
      details: { findings: [{ target: 'n3' }] },
    });
    expect(server.names()).not.toContain('Deployment/rook-ceph-mon-a');
  });
});

describe('pods that do not end', () => {
  it('on a host that is silent are named with it and with what settles it, power first', async () => {
    const unproven = await ending(aNode('n1'), aNode('n3', { ready: false }), pod('rook-ceph-osd-3-x', 'n3'));
    expect(unproven).toMatchObject({ pods: ['rook-ceph-osd-3-x'], hosts: [{ target: 'n3' }] });
    expect(notProven([unproven])).toMatchObject({
      code: 'HOST_NOT_READY',
      message: expect.stringMatching(
        /that rook-ceph-osd-3-x ended: Kubernetes says that n3 is not ready.*power it off for certain and only then run "kubectl delete node n3"/,
      ) as string,
    });
  });

  it.each([
    ['alone', [pod('rook-ceph-osd-0-x', 'n1')]],
    ['beside one of a silent host', [pod('rook-ceph-osd-0-x', 'n1'), pod('rook-ceph-osd-3-x', 'n3')]],
  ])('on a host that answers (%s) are no matter of a missing host', async (_, pods) => {
    const work = ending(aNode('n1'), aNode('n3', { ready: false }), ...pods);
    await expect(work).rejects.toMatchObject({
      code: 'STILL_RUNNING',
      message: expect.not.stringContaining('kubectl delete node') as string,
    });
  });
});
