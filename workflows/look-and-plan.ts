import { workflowInfo } from '@temporalio/workflow';
import type { InstallAgentsInput, InstalledAgents } from '../src/contract/bootstrap-activities.ts';
import type { ClusterState } from '../src/contract/ceph-activities.ts';
import { ops } from './activity-profiles.ts';
import { lookBriefly } from './outages.ts';
import { observeHosts, withFreshLook } from './observe-hosts.ts';
import type { Runbook } from './runbook.ts';

/** What one look at a cluster found. */
export interface Looked {
  agents: InstalledAgents;
  /** Token under which every host wrote what it saw. */
  observation: string;
  ceph: ClusterState;
}

interface Wanted extends Pick<InstallAgentsInput, 'from'> {
  /** What every agent must be able to do; found out before anything is changed. */
  level?: number;
}

/** Installs the agents where they lack, looks at every host and at Ceph at one time, and plans with that. Nothing else is changed. */
export async function lookAndPlan<Input extends { cluster: string; waive: string[] }, Plan>(
  run: Runbook<Input>,
  { from, level }: Wanted,
  plan: (looked: Looked) => Promise<Plan>,
): Promise<Plan> {
  const { cluster } = run;
  const agents = await ops.installAgents({ cluster, from, runId: workflowInfo().runId });
  await ops.untilAgentsAnswer({
    cluster,
    nodes: agents.nodes,
    ...(level === undefined ? {} : { level }),
  });
  return lookTogether(run, 'plan', agents, (seen) => plan({ agents, ...seen }));
}

/** Looks at hosts and Ceph at one time, and plans with that; looked at again where another operation looked in between. */
export async function lookTogether<Input extends { cluster: string; waive: string[] }, Plan>(
  run: Runbook<Input>,
  step: string,
  hosts: Pick<InstalledAgents, 'nodes' | 'dataDir'>,
  plan: (seen: Omit<Looked, 'agents'>) => Promise<Plan>,
): Promise<Plan> {
  const { cluster } = run;
  return withFreshLook(async (observation) => {
    const [ceph] = await Promise.all([
      lookBriefly(cluster, (agent) => agent.readClusterState({ cluster })),
      observeHosts(run, step, hosts, observation),
    ]);
    return plan({ observation, ceph });
  });
}
