import type { CephActivities } from '../../src/contract/ceph-activities.ts';
import { createOsdActivities } from '../osds/osd-activities.ts';
import type { AgentDeps } from './agent-deps.ts';
import { applySettings } from './apply-settings.ts';
import { makeCrashKey } from './make-crash-key.ts';
import { makeIdentity } from './make-identity.ts';
import { readClusterState } from './read-cluster-state.ts';
import { registerMgrs } from './register-mgrs.ts';
import { setUpDashboard } from './set-up-dashboard.ts';
import { readActiveMgr, untilMgrAvailable } from './until-mgr-available.ts';
import { untilQuorum } from './until-quorum.ts';
import { verifyCluster } from './verify-cluster.ts';

/** Activities of the queue `ceph.<cluster>`, which any agent of the cluster serves. */
export const createCephActivities = (deps: AgentDeps): CephActivities => ({
  ...createOsdActivities(deps),
  makeIdentity: (input) => makeIdentity(deps, input),
  untilQuorum: (input) => untilQuorum(deps, input),
  registerMgrs: (input) => registerMgrs(deps, input),
  untilMgrAvailable: (input) => untilMgrAvailable(deps, input),
  readActiveMgr: (input) => readActiveMgr(deps, input),
  makeCrashKey: (input) => makeCrashKey(deps, input),
  applySettings: (input) => applySettings(deps, input),
  setUpDashboard: (input) => setUpDashboard(deps, input),
  verifyCluster: (input) => verifyCluster(deps, input),
  readClusterState: (input) => readClusterState(deps, input),
});
