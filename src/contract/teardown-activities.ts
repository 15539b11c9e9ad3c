import type { ClusterInput, ClusterState } from './ceph-activities.ts';
import type { Finding } from './finding.ts';
import type { RememberOwedInput } from './owed.ts';
import type { TeardownPlan } from './teardown.ts';

export interface PlanTeardownInput extends ClusterInput {
  /** Token of this look; what the agents wrote under another one is stale. */
  observation: string;
  /** Hosts whose agents looked. */
  nodes: string[];
  dataDir: string;
  /** What an agent could read of Ceph; `null` where no agent answered. */
  ceph: ClusterState | null;
  /** True where this operation made the agents: they are then no reason for a plan of their own. */
  agentsAdded: boolean;
  /** Found on the way, e.g. hosts that are left out. */
  findings: Finding[];
  /** Codes that a person waived: they say which debts are to be forgotten. */
  waive?: string[];
}

export interface StoppedDaemons {
  /** Deployments that this call removed. */
  stopped: string[];
  already: boolean;
}

export interface RemoveObjectsInput extends ClusterInput {
  /** The cluster that was approved to go; another one's identity Secret is never touched. */
  fsid: string | null;
}

export interface ForgetClusterInput extends ClusterInput {
  /** The cluster that is gone; the record of another one is never touched. */
  fsid: string | null;
}

export interface RememberKeptInput extends ClusterInput {
  fsid: string;
  /** Uuid of every OSD in Ceph's map by its id. */
  osds: Record<string, string>;
}

export interface RemoveAgentsInput extends ClusterInput {
  /** Hosts whose agents need not be proven gone; `silent` for every one that does not answer. */
  leaving?: string[] | 'silent';
}

export interface RemovedObjects {
  /** `Kind/name` of what this call removed. */
  removed: string[];
  already: boolean;
}

/** Activities of the queue `cephflow` that teardown uses. Each may be called again and on a cluster that is half there. */
export interface TeardownActivities {
  /** Reads the API server, the hosts' last look and the given Ceph state; changes nothing. */
  planTeardown(input: PlanTeardownInput): Promise<TeardownPlan>;
  /**
   * As `planTeardown`, for a cluster whose data is kept. An activity of its own, as all that only keeping calls: a worker of an earlier
   * image does not have it and so can never take one for the other.
   */
  planKeep(input: PlanTeardownInput): Promise<TeardownPlan>;
  /** Remembers which OSDs the cluster has, for the bootstrap that takes it up again: it plans before a mon can tell. */
  rememberKept(input: RememberKeptInput): Promise<{ already: boolean }>;
  /** The few objects that bootstrap makes again from the document; whatever else there is stays. */
  removeRemadeObjects(input: RemoveObjectsInput): Promise<RemovedObjects>;
  /** Writes into the document's status that the cluster is stopped and what takes it up again. */
  showStopped(input: ClusterInput): Promise<{ already: boolean }>;
  /** Clients, mgrs, OSDs, mons, in that order; each group is proven gone before the next. */
  stopDaemons(input: ClusterInput): Promise<StoppedDaemons>;
  /** Services, budgets, ConfigMaps, Secrets; the identity last. The document stays, with its status set and our finalizer taken away. */
  removeObjects(input: RemoveObjectsInput): Promise<RemovedObjects>;
  /** The agents, what they may do, and what they wrote of hosts that are there. */
  removeAgents(input: RemoveAgentsInput): Promise<RemovedObjects>;
  /** Writes into `cephflow-owed` what can not be taken away, and takes out the entries that are named as paid. */
  rememberOwed(input: RememberOwedInput): Promise<{ already: boolean }>;
  /** Forgets image, hosts and fsid of the cluster, and the last look at each host: only when nothing of it is left anywhere. */
  forgetCluster(input: ForgetClusterInput): Promise<{ already: boolean }>;
}
