import type { Applied, BootstrapActivities, StartDaemonsInput } from '../../src/contract/bootstrap-activities.ts';
import { debtsOfReplaced, type ReplacedRecord } from '../../src/domain/replaced-record.ts';
import { startCrashCollectors } from './crash-collectors.ts';
import { labelMgrs, readRolesToChange } from '../../src/kubernetes/mgr-roles.ts';
import type { NodeFacts } from '../../src/kubernetes/node-facts.ts';
import { dashboardService } from '../../src/manifests/dashboard.ts';
import { disruptionBudgets } from '../../src/manifests/disruption-budgets.ts';
import { mgrService } from '../../src/manifests/mgr.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { toolboxDeployment } from '../../src/manifests/toolbox.ts';
import { readClusterRecord, writeClusterRecord, type ClusterRecord } from '../operations/cluster-record.ts';
import { writeDocumentStatus } from '../operations/document-status.ts';
import { readLastLooks } from '../operations/host-observations.ts';
import { rememberOwed } from '../operations/owed-hosts.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { contextFor } from './cluster-context.ts';
import { placeMons } from './place-mons.ts';
import {
  planAddDiskFromObservation,
  planAddNodeFromObservation,
  planFromObservation,
  showDisks,
} from './plan-bootstrap.ts';
import { startMgrs, startMons, startOsds, untilOsdPodsReady } from './start-daemons.ts';

/** Activities of bootstrap that need only the Kubernetes API. Each reads before it writes; a second call finds everything and says so. */
export const createBootstrapActivities = (deps: OpsDeps): BootstrapActivities => ({
  planBootstrap: (input) => planFromObservation(deps, input),
  showDisks: (input) => showDisks(deps, input),
  planAddDisk: (input) => planAddDiskFromObservation(deps, input),
  planAddNode: (input) => planAddNodeFromObservation(deps, input),
  placeMons: (input) => placeMons(deps, input),
  startMons: (input) => startMons(deps, input),
  startMgrs: (input) => startMgrs(deps, input),
  startOsds: (input) => startOsds(deps, input),
  untilOsdPodsReady: (input) => untilOsdPodsReady(deps, input),
  startCrashCollectors: (input) => startCrashCollectors(deps, input),
  writeStatus: ({ cluster, ...status }) => writeDocumentStatus(deps.kubernetes, cluster, status),

  /**
   * Keeps what teardown and agents need when the document is gone: image, directory, fsid and hosts. Of the same cluster it forgets
   * neither a host that is silent now nor which document was applied last; of a former cluster it first remembers which hosts owe.
   */
  async rememberCluster({ cluster, facts, fsid, nodes, appliedDocument }) {
    const { image, dataDir } = facts;
    const record = await readClusterRecord(deps.kubernetes, cluster);
    const known = record?.fsid === fsid ? record : null;
    if (record !== null && known === null) await rememberFormer(deps, { cluster, record, present: { nodes, dataDir } });
    const applied = appliedDocument ?? known?.appliedDocument;
    return writeClusterRecord(deps.kubernetes, cluster, {
      image,
      dataDir,
      fsid,
      nodes: [...new Set([...(known?.nodes ?? []), ...nodes])].sort(),
      machineIds: { ...known?.machineIds, ...machineIdsOf(await deps.kubernetes.nodes(), nodes) },
      ...(applied === undefined ? {} : { appliedDocument: applied }),
      cephVersion: facts.cephVersion,
      ...(known?.keptOsds === undefined ? {} : { keptOsds: known.keptOsds }),
      updatedAt: new Date().toISOString(),
    });
  },

  async protectDaemons(input) {
    return applyAll(deps, disruptionBudgets(await contextFor(deps, input)));
  },

  async startToolbox(input) {
    return applyAll(deps, [toolboxDeployment(await contextFor(deps, input))]);
  },

  async exposeDashboard(input: StartDaemonsInput & { activeMgr: string | null }) {
    const context = await contextFor(deps, input);
    const services = context.spec.dashboard.enabled
      ? [mgrService(context), dashboardService(context)]
      : [mgrService(context)];
    const claim = { by: 'mons', active: input.activeMgr } as const;
    await labelMgrs(deps.kubernetes, input.cluster, await readRolesToChange(deps.kubernetes, input.cluster, claim));
    return applyAll(deps, services);
  },
});

interface FormerCluster {
  cluster: string;
  record: ClusterRecord;
  present: ReplacedRecord['present'];
}

/** Its record gives way, and with it the last that is known of its hosts. */
async function rememberFormer({ kubernetes }: OpsDeps, { cluster, record, present }: FormerCluster): Promise<void> {
  const { fsid, nodes } = record;
  if (fsid === null) return;
  const looks = await readLastLooks(kubernetes, cluster, nodes);
  await rememberOwed(kubernetes, {
    cluster,
    debts: debtsOfReplaced({ former: { ...record, fsid }, looks, present }),
    paid: [],
  });
}

/** The agents' own look was compared with these before the plan was made. */
const machineIdsOf = (all: NodeFacts[], names: string[]): Record<string, string> =>
  Object.fromEntries(
    all
      .filter(({ name, machineId }) => names.includes(name) && machineId !== '')
      .map(({ name, machineId }) => [name, machineId]),
  );

async function applyAll({ kubernetes }: OpsDeps, objects: KubernetesObject[]): Promise<Applied> {
  const applied = await Promise.all(objects.map((object) => kubernetes.apply(object)));
  return { already: applied.every(({ changed }) => !changed) };
}
