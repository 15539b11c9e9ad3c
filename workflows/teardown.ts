import { workflowInfo } from '@temporalio/workflow';
import type { ClusterState } from '../src/contract/ceph-activities.ts';
import {
  teardownContract,
  type TeardownInput,
  type TeardownPlan,
  type TeardownResult,
} from '../src/contract/teardown.ts';
import { ops } from './activity-profiles.ts';
import { approvedPlan } from './approved-plan.ts';
import { lookBriefly } from './outages.ts';
import { observeHosts, withFreshLook } from './observe-hosts.ts';
import { diskName, OwedHosts } from './owed-hosts.ts';
import { ended, finished } from './results.ts';
import { Runbook } from './runbook.ts';
import { proveStopped, removeAgents, stopCluster } from './stop-cluster.ts';
import { takeAgentsAway } from './take-agents-away.ts';
import { together } from './together.ts';

/**
 * Takes a cluster away. With "data":"keep" it only stops (stop-cluster.ts); else it goes for good: daemons, then disks (wiped and read
 * back), directories, objects, and the agents last. Until a person has approved the plan by its hash and the cluster's name nothing is
 * changed. The first stopped daemon can still be started again by bootstrap; the first wiped disk is the point of no return. It works on
 * what it observes, so it runs on a half-made or half-removed cluster, without the document, and twice. Cancelled or aborted, it lets
 * running wipes finish; started again, it goes on.
 */
export async function teardown(request?: unknown): Promise<TeardownResult> {
  const run = new Runbook(teardownContract, request);
  const { cluster } = run;
  return run.run(async () => {
    run.undoUnlessChanged('take the agents away again', () => takeAgentsAway(run));
    const decision = await approvedPlan(run, teardownContract.unwaivable, () => observeAndPlan(run));
    if (!decision.go) return ended(run.state, decision.outcome, decision.summary);
    const { plan } = decision;
    run.beginChanges();
    // A look at a cluster that is being stopped would only alarm people.
    await run.planned('unwatch-health', () => ops.unwatchHealth({ cluster }));
    if (run.input.data === 'keep') return stopCluster(run, plan);
    const owing = new OwedHosts(run, plan);
    await destroyCluster(run, plan, owing);
    const wipedDisks = plan.disks.map(diskName).filter((disk) => owing.wiped.has(disk));
    const owed = owing.sentences();
    if (owed.length === 0) await run.step('forget-cluster', () => ops.forgetCluster({ cluster, fsid: plan.fsid }));
    const left =
      owed.length === 0 ? 'nothing of it is left' : `${owed.length} things are owed: ${owed.slice(0, 3).join('; ')}`;
    const summary = `${cluster} is gone: ${wipedDisks.length} disks wiped and read back; ${left}.`;
    return { ...finished(run.state, summary), fsid: plan.fsid, wipedDisks, owed };
  });
}

async function observeAndPlan(run: Runbook<TeardownInput>): Promise<TeardownPlan> {
  const { cluster } = run;
  const agents = await ops.installAgents({ cluster, from: 'remembered', runId: workflowInfo().runId });
  const { nodes, dataDir, findings, added } = agents;
  if (nodes.length > 0) await ops.untilAgentsAnswer({ cluster, nodes });
  return withFreshLook(async (observation) => {
    const [ceph] = await Promise.all([askCeph(cluster, nodes), observeHosts(run, 'plan', agents, observation)]);
    const { waive } = run.input;
    const seen = { cluster, observation, nodes, dataDir, ceph, agentsAdded: added, findings, waive };
    return run.input.data === 'keep' ? ops.planKeep(seen) : ops.planTeardown(seen);
  });
}

const askCeph = (cluster: string, nodes: string[]): Promise<ClusterState | null> =>
  nodes.length === 0 ? Promise.resolve(null) : lookBriefly(cluster, (agent) => agent.readClusterState({ cluster }));

/** The steps of docs/operations/teardown.md, leaf to root. No disk is touched before every daemon is proven gone on every host. */
async function destroyCluster(run: Runbook<TeardownInput>, plan: TeardownPlan, owing: OwedHosts): Promise<void> {
  const { cluster } = run;
  await owing.rememberPlanned();
  await run.plannedInSilence('stop-daemons', () => ops.stopDaemons({ cluster }));
  await owing.rememberLeft();
  await together(plan.nodes.map((node) => () => proveStopped(run, plan, node)));
  await owing.rememberLeft();
  // Point of no return: what is wiped from here on cannot be brought back.
  await together(plan.nodes.map((node) => () => wipeDisks(run, plan, { node, owing })));
  await together(plan.nodes.map((node) => () => removeDirectories(run, plan, node)));
  await owing.rememberLeft();
  await run.planned('remove-objects', async () => {
    // It writes the document's last status, which a note that is still under way would overwrite.
    await run.statusTold();
    await ops.removeObjects({ cluster, fsid: plan.fsid });
  });
  await owing.settle();
  await removeAgents(run);
  await owing.rememberLeft();
}

interface Wiping {
  node: string;
  owing: OwedHosts;
}

async function wipeDisks(run: Runbook<TeardownInput>, { fsid, disks }: TeardownPlan, { node, owing }: Wiping) {
  const step = `wipe-disks/${node}`;
  const { cluster } = run;
  await run.plannedOn(node, step, async () => {
    for (const disk of disks.filter((one) => one.node === node)) {
      await run.host(node, step).wipeOwnDisk({ cluster, cephFsid: fsid ?? '', disk: approved(disk) });
      owing.wiped.add(diskName(disk));
    }
  });
  // At once: disks of other hosts are still being wiped, which may take hours.
  await owing.rememberLeft();
}

const approved = ({ node, path, id, sizeBytes }: TeardownPlan['disks'][number]) => ({ node, path, id, sizeBytes });

async function removeDirectories(run: Runbook<TeardownInput>, plan: TeardownPlan, node: string): Promise<void> {
  const step = `remove-directories/${node}`;
  const { cluster } = run;
  const mons = plan.monStores.filter((store) => store.node === node).map(({ mon }) => mon);
  await run.plannedOn(node, step, () =>
    run.host(node, step).removeHostDirectories({ cluster, fsid: plan.fsid ?? '', dataDir: plan.dataDir, mons }),
  );
}
