import { Context } from '@temporalio/activity';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { refOf } from '../../src/manifests/object.ts';
import { unlessNoticed } from '../hosts/unless-noticed.ts';
import { readUnproven, unprovenOr, type UnprovenPods } from './silent-hosts.ts';

export interface EndingPods {
  namespace: string;
  selector: string;
  graceSeconds: number;
  withinSeconds: number;
}

type PodKubernetes = Pick<Kubernetes, 'list' | 'remove' | 'nodes' | 'untilPodsGone'>;

/**
 * Ends the pods of controllers that were removed before, and proves that none is left, also none that is ending. What the garbage
 * collector would do with each pod's own long grace is done at once. Pods on hosts that do not confirm their end are the answer: their
 * daemons may still be writing, and whoever calls decides what rests on that.
 */
export async function endPods(kubernetes: PodKubernetes, pods: EndingPods): Promise<UnprovenPods> {
  const { namespace, selector, graceSeconds } = pods;
  const matching = { namespace, labelSelector: selector };
  // While a ReplicaSet or a Job lives it would make every removed pod again.
  const makers = await Promise.all([
    kubernetes.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', ...matching }),
    kubernetes.list({ apiVersion: 'batch/v1', kind: 'Job', ...matching }),
  ]);
  await Promise.all(makers.flat().map((maker) => kubernetes.remove(refOf(maker), { uid: maker.metadata.uid })));
  const alive = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', ...matching });
  await Promise.all(alive.map((pod) => kubernetes.remove(refOf(pod), { uid: pod.metadata.uid, graceSeconds })));
  return untilGoneOrUnproven(kubernetes, pods);
}

/** Ends early where all that is left lies on silent hosts. */
function untilGoneOrUnproven(kubernetes: PodKubernetes, pods: EndingPods): Promise<UnprovenPods> {
  const context = Context.current();
  const { namespace, selector, withinSeconds } = pods;
  return unlessNoticed<UnprovenPods>({
    work: (over) =>
      kubernetes
        .untilPodsGone({
          namespace,
          selector,
          withinSeconds,
          onProgress: (sentence) => context.heartbeat(sentence),
          signal: AbortSignal.any([context.cancellationSignal, over]),
        })
        .then(
          () => ({ pods: [], hosts: [] }),
          (error: unknown) => unprovenOr(kubernetes, pods, error),
        ),
    look: async () => {
      const unproven = await readUnproven(kubernetes, pods);
      return unproven.pods.length === 0 ? undefined : unproven;
    },
  });
}
