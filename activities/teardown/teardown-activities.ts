import type { Client } from '@temporalio/client';
import type { PlanTeardownInput, TeardownActivities } from '../../src/contract/teardown-activities.ts';
import { planKeep } from '../../src/domain/teardown-keep.ts';
import type { ObservedTeardown } from '../../src/domain/teardown-observation.ts';
import { planTeardown } from '../../src/domain/teardown-plan.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { forgetClusterRecord, readClusterRecord } from '../operations/cluster-record.ts';
import { readHostFacts, readLastLooks } from '../operations/host-observations.ts';
import { readOwedHosts, rememberOwed } from '../operations/owed-hosts.ts';
import { readHealthSchedule } from '../schedules/health-schedule.ts';
import { observeObjects } from './observe-objects.ts';
import { removeAgents, removeLooks } from './remove-agents.ts';
import { rememberKept } from './remember-kept.ts';
import { removeObjects } from './remove-objects.ts';
import { removeRemadeObjects, showStopped } from './remove-remade-objects.ts';
import { stopDaemons } from './stop-daemons.ts';

export interface TeardownDeps {
  kubernetes: Kubernetes;
  temporal: Client;
}

/** Activities of teardown that need only the API server. All may be called again, also on a cluster that is half there. */
export const createTeardownActivities = (deps: TeardownDeps): TeardownActivities => ({
  planTeardown: async (input) => planTeardown(await observe(deps, input)),
  planKeep: async (input) => planKeep(await observe(deps, input)),
  rememberKept: (input) => rememberKept(deps.kubernetes, input),
  removeRemadeObjects: (input) => removeRemadeObjects(deps.kubernetes, input),
  showStopped: (input) => showStopped(deps.kubernetes, input),
  stopDaemons: (input) => stopDaemons(deps.kubernetes, input),
  removeObjects: (input) => removeObjects(deps.kubernetes, input),
  removeAgents: (input) => removeAgents(deps, input),
  rememberOwed: (input) => rememberOwed(deps.kubernetes, input),
  forgetCluster: async ({ cluster, fsid }) => {
    const record = await forgetClusterRecord(deps.kubernetes, cluster, fsid);
    const { removed } = await removeLooks(deps.kubernetes, cluster);
    return { already: record.already && removed.length === 0 };
  },
});

async function observe({ kubernetes, temporal }: TeardownDeps, input: PlanTeardownInput): Promise<ObservedTeardown> {
  const { cluster, observation, nodes, dataDir, ceph, agentsAdded, findings, waive = [] } = input;
  const hosts = await readHostFacts(kubernetes, { cluster, nodes, observation });
  const [remembered, objects, owed, schedule] = await Promise.all([
    readClusterRecord(kubernetes, cluster),
    observeObjects(kubernetes, cluster),
    readOwedHosts(kubernetes, cluster),
    readHealthSchedule(temporal, cluster),
  ]);
  const carriers = [...(remembered?.nodes ?? []), ...owed.map(({ node }) => node)];
  const away = [...new Set(carriers)].filter((node) => !nodes.includes(node));
  const lastLooks = await readLastLooks(kubernetes, cluster, away);
  const kept = { remembered, owed, lastLooks };
  return { cluster, dataDir, ...kept, objects, hosts, ceph, schedule, agentsAdded, findings, waive };
}
