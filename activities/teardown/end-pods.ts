import { Context } from '@temporalio/activity';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { refOf } from '../../src/manifests/object.ts';
import { namingSilentHosts } from './silent-hosts.ts';

export interface EndingPods {
  namespace: string;
  selector: string;
  graceSeconds: number;
  withinSeconds: number;
}

type PodKubernetes = Pick<Kubernetes, 'list' | 'remove' | 'nodes' | 'untilPodsGone'>;

/**
 * Ends the pods of controllers that were removed before, and proves that none is left, also none that is ending. What the garbage
 * collector would do with each pod's own long grace is done at once. A pod on a host that does not confirm its end fails with
 * STILL_RUNNING, which says how that can be settled: its daemon may still be writing.
 */
export async function endPods(kubernetes: PodKubernetes, pods: EndingPods): Promise<void> {
  const { namespace, selector, graceSeconds, withinSeconds } = pods;
  const context = Context.current();
  const matching = { namespace, labelSelector: selector };
  // While a ReplicaSet lives it would make every removed pod again.
  const sets = await kubernetes.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', ...matching });
  await Promise.all(sets.map((set) => kubernetes.remove(refOf(set), { uid: set.metadata.uid })));
  const alive = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', ...matching });
  await Promise.all(alive.map((pod) => kubernetes.remove(refOf(pod), { uid: pod.metadata.uid, graceSeconds })));
  try {
    await kubernetes.untilPodsGone({
      namespace,
      selector,
      withinSeconds,
      onProgress: (sentence) => context.heartbeat(sentence),
      signal: context.cancellationSignal,
    });
  } catch (error) {
    throw await namingSilentHosts(kubernetes, pods, error);
  }
}
