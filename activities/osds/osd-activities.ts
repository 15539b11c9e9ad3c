import type {
  OsdActivities,
  OsdObjectActivities,
  PlanRemoveDiskInput,
  PlanReplaceDiskInput,
  PlanSwapInput,
} from '../../src/contract/osd-activities.ts';
import type { ReplaceDiskPlan, SwapPlan } from '../../src/contract/replace-disk.ts';
import { bucket } from '../../src/domain/planned-osds.ts';
import { planRemoveDisk } from '../../src/domain/remove-disk-plan.ts';
import { planReplaceDisk } from '../../src/domain/replace-disk-plan.ts';
import { planSwap, whyNotWaiting } from '../../src/domain/swap-plan.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { APP } from '../../src/manifests/labels.ts';
import type { AgentDeps } from '../ceph/agent-deps.ts';
import { readObservation } from '../bootstrap/read-observation.ts';
import { readHostFacts } from '../operations/host-observations.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { readFsid } from '../teardown/observe-objects.ts';
import { drainOsd, undrainOsd } from './drain-osd.ts';
import { forceDestroyOsd, planForced } from './force-destroy-osd.ts';
import { holdData, moveData, placeHost, putBack, readHeld } from './hold-data.ts';
import { purgeOsd } from './purge-osd.ts';
import { readSettledLayout } from './read-settled-layout.ts';
import { forgetRemoved, readRemoved, rememberRemoved } from './removed-disks.ts';
import { destroyOsd, inOsd, outOsd, weighOsd } from './replace-osd.ts';
import { stopOsd } from './stop-osd.ts';
import { untilOsdsIn } from './until-osds-in.ts';
import { untilSafeToDestroy } from './until-safe-to-destroy.ts';
import { untilSettled } from './until-settled.ts';

/** Activities of the queue `ceph.<cluster>` about single OSDs and about the data on all of them; any agent serves them. */
export const createOsdActivities = (deps: AgentDeps): OsdActivities => ({
  readLayout: (input) => readSettledLayout(deps, input),
  drainOsd: (input) => drainOsd(deps, input),
  undrainOsd: (input) => undrainOsd(deps, input),
  untilOsdsIn: (input) => untilOsdsIn(deps, input),
  untilSettled: (input) => untilSettled(deps, input),
  untilSafeToDestroy: (input) => untilSafeToDestroy(deps, input),
  purgeOsd: (input) => purgeOsd(deps, input),
  outOsd: (input) => outOsd(deps, input),
  inOsd: (input) => inOsd(deps, input),
  destroyOsd: (input) => destroyOsd(deps, input),
  planForcedDestroy: (input) => planForced(deps, input),
  forceDestroyOsd: (input) => forceDestroyOsd(deps, input),
  weighOsd: (input) => weighOsd(deps, input),
  placeHost: (input) => placeHost(deps, input),
  holdData: (input) => holdData(deps, input),
  moveData: (input) => moveData(deps, input),
  readHeld: (input) => readHeld(deps, input),
  putBack: (input) => putBack(deps, input),
});

/** Activities of the queue `cephflow` that take OSDs away. */
export const createOsdObjectActivities = (deps: OpsDeps): OsdObjectActivities => ({
  planRemoveDisk: async (input) => planRemoveDisk({ ...(await removalSeen(deps.kubernetes, input)), osd: input.osd }),
  planReplaceDisk: (input) => planReplacement(deps, input),
  planSwap: (input) => planTheSwap(deps, input),
  stopOsd: (input) => stopOsd(deps.kubernetes, input),
  rememberRemoved: ({ cluster, removed }) => rememberRemoved(deps.kubernetes, cluster, removed),
  forgetRemoved: ({ cluster, disks }) => forgetRemoved(deps.kubernetes, cluster, disks),
});

/** @throws OSD_NOT_WAITING where the id is not free for a new disk any more */
async function planTheSwap(deps: OpsDeps, input: PlanSwapInput): Promise<SwapPlan> {
  const plan = planSwap(await readObservation(deps, input), input);
  const because = whyNotWaiting(input.ceph, input.osd, plan.osds[0]?.osdUuid);
  if (because !== undefined) throw failure('OSD_NOT_WAITING', `No disk can become osd.${input.osd}: ${because}`);
  return plan;
}

async function planReplacement({ kubernetes }: OpsDeps, input: PlanReplaceDiskInput): Promise<ReplaceDiskPlan> {
  const nodes = await kubernetes.nodes();
  const hostOfBucket = Object.fromEntries(nodes.map(({ name, hostname }) => [bucket(hostname), name]));
  const { osd, device } = input;
  return planReplaceDisk({ ...(await removalSeen(kubernetes, input)), osd, device, hostOfBucket });
}

async function removalSeen(kubernetes: Kubernetes, input: Omit<PlanRemoveDiskInput, 'osd'>) {
  const { cluster, observation, nodes, dataDir, ceph, layout, wipe } = input;
  const [hosts, fsid, deployments, removed] = await Promise.all([
    readHostFacts(kubernetes, { cluster, nodes, observation }),
    readFsid(kubernetes, cluster),
    osdDeployments(kubernetes, cluster),
    readRemoved(kubernetes, cluster),
  ]);
  return { cluster, fsid, dataDir, hosts, ceph, layout, deployments, removed, wipe };
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
