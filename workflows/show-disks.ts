import { patched } from '@temporalio/workflow';
import { ops } from './activity-profiles.ts';
import { lookTogether, type Looked } from './look-and-plan.ts';
import { lookBriefly } from './outages.ts';
import { observeHosts, withFreshLook } from './observe-hosts.ts';
import type { Runbook } from './runbook.ts';

/** Histories of before it look at the hosts first, and then at Ceph. */
const PATCH = '2026-11-report-looks-together';

interface Shown {
  nodes: string[];
  dataDir: string;
  proposedFsid: string;
}

/** Looks at the disks once more, so that the device table shows the new OSDs. */
export async function showDisks<Input extends { cluster: string; waive: string[] }>(
  run: Runbook<Input>,
  { nodes, dataDir, proposedFsid }: Shown,
): Promise<void> {
  const { cluster } = run;
  const judge = (seen: Omit<Looked, 'agents'>) =>
    ops.planBootstrap({ cluster, ...seen, nodes, proposedFsid, findings: [] });
  if (patched(PATCH)) {
    await lookTogether(run, 'report-status', { nodes, dataDir }, judge);
    return;
  }
  await withFreshLook(async (observation) => {
    await observeHosts(run, 'report-status', { nodes, dataDir }, observation);
    return judge({ observation, ceph: await lookBriefly(cluster, (agent) => agent.readClusterState({ cluster })) });
  });
}
