import type { PlanTeardownInput, TeardownActivities } from '../../src/contract/teardown-activities.ts';
import type { TeardownPlan } from '../../src/contract/teardown.ts';
import { planTeardown } from '../../src/domain/teardown-plan.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { forgetClusterRecord, readClusterRecord } from '../operations/cluster-record.ts';
import { readHostFacts } from '../operations/host-observations.ts';
import { observeObjects } from './observe-objects.ts';
import { removeAgents } from './remove-agents.ts';
import { removeObjects } from './remove-objects.ts';
import { stopDaemons } from './stop-daemons.ts';

export interface TeardownDeps {
  kubernetes: Kubernetes;
}

/** Activities of teardown that need only the API server. All may be called again, also on a cluster that is half there. */
export const createTeardownActivities = (deps: TeardownDeps): TeardownActivities => ({
  planTeardown: (input) => planFromObservation(deps, input),
  stopDaemons: (input) => stopDaemons(deps.kubernetes, input),
  removeObjects: (input) => removeObjects(deps.kubernetes, input),
  removeAgents: (input) => removeAgents(deps, input),
  forgetCluster: ({ cluster }) => forgetClusterRecord(deps.kubernetes, cluster),
});

async function planFromObservation({ kubernetes }: TeardownDeps, input: PlanTeardownInput): Promise<TeardownPlan> {
  const { cluster, observation, nodes, dataDir, ceph, agentsAdded, findings } = input;
  const hosts = await readHostFacts(kubernetes, { cluster, nodes, observation });
  const [remembered, objects] = await Promise.all([
    readClusterRecord(kubernetes, cluster),
    observeObjects(kubernetes, cluster),
  ]);
  return planTeardown({ cluster, dataDir, remembered, objects, hosts, ceph, agentsAdded, findings });
}
