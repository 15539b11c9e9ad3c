import { patched } from '@temporalio/workflow';
import type { BootstrapPlan } from '../src/contract/bootstrap.ts';
import { ops } from './activity-profiles.ts';
import { lookTogether, type Looked } from './look-and-plan.ts';
import { lookBriefly } from './outages.ts';
import { observeHosts, withFreshLook } from './observe-hosts.ts';
import type { Runbook } from './runbook.ts';

/** Histories of before it look at the hosts first, and then at Ceph. */
const TOGETHER = '2026-11-report-looks-together';
/** Histories of before it carry the plan that the rows come from. */
const ROWS_ALONE = '2026-11-report-writes-rows-alone';

export type Shown = Pick<BootstrapPlan, 'nodes' | 'dataDir' | 'proposedFsid'>;

/** Looks at every disk again and writes the judged rows, so that the device table shows what was done. */
export async function showDisks<Input extends { cluster: string; waive: string[] }>(
  run: Runbook<Input>,
  { nodes, dataDir, proposedFsid }: Shown,
): Promise<void> {
  const { cluster } = run;
  const judge = async (seen: Omit<Looked, 'agents'>): Promise<void> => {
    const look = { cluster, ...seen, nodes, proposedFsid, findings: [] };
    if (patched(ROWS_ALONE)) await ops.showDisks(look);
    else await ops.planBootstrap(look);
  };
  if (patched(TOGETHER)) {
    await lookTogether(run, 'report-status', { nodes, dataDir }, judge);
    return;
  }
  await withFreshLook(async (observation) => {
    await observeHosts(run, 'report-status', { nodes, dataDir }, observation);
    await judge({ observation, ceph: await lookBriefly(cluster, (agent) => agent.readClusterState({ cluster })) });
  });
}
