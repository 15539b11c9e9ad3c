import { describe, expect, it } from 'vitest';
import { endPods } from '../../../activities/teardown/end-pods.ts';
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
const ending = (...objects: KubernetesObject[]): Promise<void> => {
  const { kubernetes } = objectServer(...objects);
  const stubborn: typeof kubernetes = {
    ...kubernetes,
    remove: () => Promise.resolve({ already: false }),
    untilPodsGone: () => Promise.reject(failure('STILL_RUNNING', 'Given up after 180 s: still there: Pod x')),
  };
  const pods = { namespace: 'rook-ceph', selector: 'app=rook-ceph-osd', graceSeconds: 1, withinSeconds: 1 };
  return asActivity(() => endPods(stubborn, pods));
};

describe('pods that do not end', () => {
  it('on a host that is silent are named with it and with what settles it, power first', async () => {
    const work = ending(
      aNode('n1'),
      aNode('n3', { ready: false }),
      pod('rook-ceph-osd-0-x', 'n1'),
      pod('rook-ceph-osd-3-x', 'n3'),
    );
    await expect(work).rejects.toMatchObject({
      code: 'STILL_RUNNING',
      message: expect.stringMatching(
        /that rook-ceph-osd-3-x ended: Kubernetes says that n3 is not ready.*power it off for certain and only then run "kubectl delete node n3"/,
      ) as string,
    });
  });

  it('on a host that answers are no matter of power: nobody is told to delete its node', async () => {
    const work = ending(aNode('n1'), aNode('n3', { ready: false }), pod('rook-ceph-osd-0-x', 'n1'));
    await expect(work).rejects.toMatchObject({
      code: 'STILL_RUNNING',
      message: expect.not.stringContaining('kubectl delete node') as string,
    });
  });
});
