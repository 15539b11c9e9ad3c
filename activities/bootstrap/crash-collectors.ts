import type { Applied, StartDaemonsInput } from '../../src/contract/bootstrap-activities.ts';
import type { CrashCollectors } from '../../src/domain/crash-collectors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { podView } from '../../src/kubernetes/pod-view.ts';
import {
  crashCollectorDeployment,
  crashCollectorNode,
  crashPruner,
  daysKeptBy,
} from '../../src/manifests/crash-collector.ts';
import { APP, daemonsOf } from '../../src/manifests/labels.ts';
import { NAMES } from '../../src/manifests/names.ts';
import { refOf, type KubernetesObject, type ObjectRef } from '../../src/manifests/object.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { contextFor } from './cluster-context.ts';
import { hostPlaces } from './host-places.ts';

type Lister = Pick<Kubernetes, 'list'>;

/** Which hosts have a crash collector, and for how many days reports are kept. Reads only. */
export async function readCrashCollectors(
  kubernetes: Pick<Kubernetes, 'list' | 'read'>,
  cluster: string,
): Promise<CrashCollectors> {
  const [collectors, pruner] = await Promise.all([
    listCollectors(kubernetes, cluster),
    kubernetes.read(prunerRef(cluster)),
  ]);
  return { nodes: collectors.map(crashCollectorNode).toSorted(), daysToRetain: daysKeptBy(pruner) };
}

/** Hosts that a mgr runs on now: mgrs are placed by Kubernetes, so no plan knows. */
export async function mgrNodes(kubernetes: Lister, cluster: string): Promise<string[]> {
  const labelSelector = daemonsOf(cluster, 'mgr');
  const pods = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace: cluster, labelSelector });
  const nodes = pods.map((pod) => podView(pod).spec?.nodeName);
  return [...new Set(nodes.filter((node) => node !== undefined))].toSorted();
}

/**
 * Brings the crash collectors to what the plan says: one on each of its hosts and where a mgr runs, none elsewhere; none at all where it
 * names no host. Does not wait for them, since nothing needs them to run. Harmless to repeat.
 */
export async function startCrashCollectors(deps: OpsDeps, input: StartDaemonsInput): Promise<Applied> {
  const { kubernetes } = deps;
  const { cluster, facts } = input;
  const context = await contextFor(deps, input);
  const planned = facts.crashCollectorNodes ?? [];
  const wanted = planned.length === 0 ? [] : [...new Set([...planned, ...(await mgrNodes(kubernetes, cluster))])];
  const places = await hostPlaces(kubernetes);
  const applied = await Promise.all(
    wanted.map((node) => kubernetes.apply(crashCollectorDeployment(context, places(node)))),
  );
  const extra = (await listCollectors(kubernetes, cluster)).filter((one) => !wanted.includes(crashCollectorNode(one)));
  const pruner = wanted.length === 0 ? undefined : crashPruner(context);
  const removed = await Promise.all([
    ...extra.map((one) => kubernetes.remove(refOf(one), { uid: one.metadata.uid })),
    ...(pruner === undefined ? [kubernetes.remove(prunerRef(cluster))] : []),
  ]);
  if (pruner !== undefined) applied.push(await kubernetes.apply(pruner));
  return { already: applied.every(({ changed }) => !changed) && removed.every(({ already }) => already) };
}

const listCollectors = (kubernetes: Lister, cluster: string): Promise<KubernetesObject[]> =>
  kubernetes.list({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: cluster,
    labelSelector: `app=${APP.crashCollector},rook_cluster=${cluster}`,
  });

const prunerRef = (namespace: string): ObjectRef => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  namespace,
  name: NAMES.crashPruner,
});
