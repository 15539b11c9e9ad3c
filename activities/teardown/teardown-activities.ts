import type { Client } from '@temporalio/client';
import type { PlanTeardownInput, TeardownActivities } from '../../src/contract/teardown-activities.ts';
import { planKeep } from '../../src/domain/teardown-keep.ts';
import type { ObservedTeardown } from '../../src/domain/teardown-observation.ts';
import { planTeardown } from '../../src/domain/teardown-plan.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { forgetClusterRecord, readClusterRecord } from '../operations/cluster-record.ts';
import { readHostFacts, readLastLooks } from '../operations/host-observations.ts';
import { forgetOwed, readOwedHosts, rememberOwed } from '../operations/owed-hosts.ts';
import { readHealthSchedule } from '../schedules/health-schedule.ts';
import { observeObjects } from './observe-objects.ts';
import { removeAgents } from './remove-agents.ts';
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
  forgetCluster: async ({ cluster }) => {
    const debts = await forgetOwed(deps.kubernetes, cluster);
    const record = await forgetClusterRecord(deps.kubernetes, cluster);
    return { already: debts.already && record.already };
  },
});

async function observe({ kubernetes, temporal }: TeardownDeps, input: PlanTeardownInput): Promise<ObservedTeardown> {
  const { cluster, observation, nodes, dataDir, ceph, agentsAdded, findings } = input;
  const hosts = await readHostFacts(kubernetes, { cluster, nodes, observation });
  const [remembered, objects, owed, schedule] = await Promise.all([
    readClusterRecord(kubernetes, cluster),
    observeObjects(kubernetes, cluster),
    readOwedHosts(kubernetes, cluster),
    readHealthSchedule(temporal, cluster),
  ]);
  const away = (remembered?.nodes ?? []).filter((node) => !nodes.includes(node));
  const lastLooks = await readLastLooks(kubernetes, cluster, away);
  return { cluster, dataDir, remembered, owed, lastLooks, objects, hosts, ceph, schedule, agentsAdded, findings };
}
