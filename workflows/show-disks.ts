import { ops } from './activity-profiles.ts';
import { lookBriefly } from './outages.ts';
import { observeHosts, withFreshLook } from './observe-hosts.ts';
import type { Runbook } from './runbook.ts';

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
  await withFreshLook(async (observation) => {
    await observeHosts(run, 'report-status', { nodes, dataDir }, observation);
    const ceph = await lookBriefly(cluster, (agent) => agent.readClusterState({ cluster }));
    await ops.planBootstrap({ cluster, observation, nodes, ceph, proposedFsid, findings: [] });
  });
}
