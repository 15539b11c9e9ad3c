import type { TeardownInput, TeardownPlan, TeardownResult } from '../src/contract/teardown.ts';
import { ops } from './activity-profiles.ts';
import { leaving } from './owed-hosts.ts';
import { finished } from './results.ts';
import type { Runbook } from './runbook.ts';
import { together } from './together.ts';

/**
 * Teardown with the data kept: every daemon stops and is proven gone, then the objects that bootstrap makes again and the agents go. No
 * activity that wipes, removes a directory or a Secret is called on this way. Ended anywhere, bootstrap takes the cluster up again.
 */
export async function stopCluster(run: Runbook<TeardownInput>, plan: TeardownPlan): Promise<TeardownResult> {
  const { cluster } = run;
  const { fsid, kept } = plan;
  await run.plannedInSilence('stop-daemons', async () => {
    if (fsid !== null && kept?.osds != null) await ops.rememberKept({ cluster, fsid, osds: kept.osds });
    await ops.stopDaemons({ cluster });
  });
  await together(plan.nodes.map((node) => () => proveStopped(run, plan, node)));
  await run.planned('remove-objects', () => ops.removeRemadeObjects({ cluster, fsid }));
  await removeAgents(run);
  await run.step('show-stopped', async () => {
    // It writes the document's last status, which a note that is still under way would overwrite.
    await run.statusTold();
    await ops.showStopped({ cluster });
  });
  const unproven = run
    .leftHosts()
    .map(({ node, because }) => `that nothing of it runs on ${node} is not proven (${because})`);
  return {
    ...finished(run.state, [plan.summary, ...unproven].join('; ')),
    fsid,
    ...whatIsKept(cluster, plan),
    ...(unproven.length === 0 ? {} : { owed: unproven }),
  };
}

/** Of one host, for both fates of the data. */
export async function proveStopped(run: Runbook<TeardownInput>, plan: TeardownPlan, node: string): Promise<void> {
  const step = `prove-stopped/${node}`;
  const { cluster } = run;
  const disks = plan.disks.filter((disk) => disk.node === node);
  await run.plannedOn(node, step, () =>
    run.host(node, step).requireNoDaemons({ cluster, fsid: plan.fsid, dataDir: plan.dataDir, disks }),
  );
}

/**
 * The last of a teardown, for both fates of the data. Also where a host is left out, what its agent may do is taken away: it must not be
 * able to read the keys of the cluster when it is back.
 */
export const removeAgents = (run: Runbook<TeardownInput>) =>
  run.plannedWithoutSilent('remove-agents', () => ops.removeAgents({ cluster: run.cluster, ...leaving(run) }));

const whatIsKept = (cluster: string, { kept }: TeardownPlan): Pick<TeardownResult, 'kept'> => {
  if (kept === undefined) return {};
  const { osds: _, ...parts } = kept;
  return { kept: { ...parts, takeUpAgain: { operation: 'bootstrap', input: { cluster } } } };
};
