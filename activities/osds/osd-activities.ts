import { readLayout } from '../../src/ceph/read-layout.ts';
import type { OsdActivities, OsdObjectActivities, PlanRemoveDiskInput } from '../../src/contract/osd-activities.ts';
import type { RemoveDiskPlan } from '../../src/contract/remove-disk.ts';
import { planRemoveDisk } from '../../src/domain/remove-disk-plan.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { APP } from '../../src/manifests/labels.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { sessionOf } from '../ceph/session-of.ts';
import { readHostFacts } from '../operations/host-observations.ts';
import { readFsid } from '../teardown/observe-objects.ts';
import { drainOsd, undrainOsd } from './drain-osd.ts';
import { purgeOsd } from './purge-osd.ts';
import { forgetRemoved, readRemoved, rememberRemoved } from './removed-disks.ts';
import { stopOsd } from './stop-osd.ts';
import { untilOsdsIn } from './until-osds-in.ts';
import { untilSafeToDestroy } from './until-safe-to-destroy.ts';
import { untilSettled } from './until-settled.ts';

/** Activities of the queue `ceph.<cluster>` about single OSDs and about the data on all of them; any agent serves them. */
export const createOsdActivities = (deps: AgentDeps): OsdActivities => ({
  readLayout: async ({ cluster }) => readLayout(await sessionOf(deps, cluster)),
  drainOsd: (input) => drainOsd(deps, input),
  undrainOsd: (input) => undrainOsd(deps, input),
  untilOsdsIn: (input) => untilOsdsIn(deps, input),
  untilSettled: (input) => untilSettled(deps, input),
  untilSafeToDestroy: (input) => untilSafeToDestroy(deps, input),
  purgeOsd: (input) => purgeOsd(deps, input),
});

/** Activities of the queue `cephflow` that take OSDs away. */
export const createOsdObjectActivities = ({ kubernetes }: { kubernetes: Kubernetes }): OsdObjectActivities => ({
  planRemoveDisk: (input) => planFromLook(kubernetes, input),
  stopOsd: (input) => stopOsd(kubernetes, input),
  rememberRemoved: ({ cluster, removed }) => rememberRemoved(kubernetes, cluster, removed),
  forgetRemoved: ({ cluster, disks }) => forgetRemoved(kubernetes, cluster, disks),
});

async function planFromLook(kubernetes: Kubernetes, input: PlanRemoveDiskInput): Promise<RemoveDiskPlan> {
  const { cluster, observation, nodes, dataDir, ceph, layout, osd, wipe } = input;
  const [hosts, fsid, deployments, removed] = await Promise.all([
    readHostFacts(kubernetes, { cluster, nodes, observation }),
    readFsid(kubernetes, cluster),
    osdDeployments(kubernetes, cluster),
    readRemoved(kubernetes, cluster),
  ]);
  return planRemoveDisk({ cluster, fsid, dataDir, hosts, ceph, layout, deployments, removed, osd, wipe });
}

async function osdDeployments(kubernetes: Pick<Kubernetes, 'list'>, cluster: string) {
  const labelSelector = `app=${APP.osd},rook_cluster=${cluster}`;
  const deployments = await kubernetes.list({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: cluster,
    labelSelector,
  });
  return deployments.map(({ metadata: { labels = {} } }) => ({
    id: Number(labels['ceph-osd-id']),
    uuid: labels['ceph.rook.io/osd-uuid'] ?? '',
    node: labels['failure-domain'] ?? null,
  }));
}
