import { Context } from '@temporalio/activity';
import type { ClusterInput } from '../../src/contract/ceph-activities.ts';
import type { StoppedDaemons } from '../../src/contract/teardown-activities.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { APP } from '../../src/manifests/labels.ts';
import { refOf, type KubernetesObject } from '../../src/manifests/object.ts';
import { listWorkloads, nameOf } from './cluster-objects.ts';
import { endPods } from './end-pods.ts';
import { notProven, type UnprovenPods } from './silent-hosts.ts';

/** Daemons that use the cluster; they go first, so that nobody waits for an answer that never comes. */
const CLIENTS = [
  'rook-ceph-rgw',
  'rook-ceph-nfs',
  'rook-ceph-mds',
  'rook-ceph-rbd-mirror',
  'rook-ceph-fs-mirror',
  APP.crashCollector,
  APP.crashPruner,
  'rook-ceph-exporter',
  APP.toolbox,
];

/** An OSD that is killed loses nothing that it confirmed; the grace lets it stop cleanly all the same. */
const GROUPS = [
  { name: 'clients', apps: CLIENTS, graceSeconds: 2 },
  { name: 'mgrs', apps: [APP.mgr], graceSeconds: 2 },
  { name: 'OSDs', apps: [APP.osd], graceSeconds: 20 },
  { name: 'mons', apps: [APP.mon], graceSeconds: 10 },
];

const GONE_WITHIN_SECONDS = 180;

/**
 * Removes the cluster's workloads from leaf to root, each group proven gone before the next. A second call finds nothing to remove,
 * proves again and says `already`. Also ends pods whose Deployment is gone. Pods on silent hosts hold up no group: all that can be stopped
 * is stopped first.
 * @throws HOST_NOT_READY naming pods and hosts whose end nobody confirms
 */
export async function stopDaemons(kubernetes: Kubernetes, { cluster }: ClusterInput): Promise<StoppedDaemons> {
  const stopped: string[] = [];
  const unproven: UnprovenPods[] = [];
  for (const { name, apps, graceSeconds } of GROUPS) {
    const workloads = (await listWorkloads(kubernetes, cluster)).filter((one) => belongsTo(one, apps, name));
    Context.current().heartbeat(`stopping ${workloads.length} workloads of ${name} of ${cluster}`);
    await Promise.all(workloads.map((one) => kubernetes.remove(refOf(one), { uid: one.metadata.uid })));
    stopped.push(...workloads.map(nameOf));
    const selector = `app in (${apps.join(',')})`;
    const pods = { namespace: cluster, selector, graceSeconds, withinSeconds: GONE_WITHIN_SECONDS };
    unproven.push(await endPods(kubernetes, pods));
  }
  if (unproven.some(({ pods }) => pods.length > 0)) throw notProven(unproven);
  return { stopped, already: stopped.length === 0 };
}

/** A kind of daemon that nobody thought of counts as a client: nothing of the cluster may stay behind. */
function belongsTo({ metadata: { labels = {} } }: KubernetesObject, apps: readonly string[], group: string): boolean {
  const { app = '' } = labels;
  const known = GROUPS.some((one) => one.apps.includes(app));
  return known ? apps.includes(app) : group === 'clients';
}
