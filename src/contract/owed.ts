import type { ClusterInput } from './ceph-activities.ts';

/** Names one entry of `cephflow-owed`: there is one per cluster, host and fsid, so that no cluster's debt is ever taken for another's. */
export interface DebtKey {
  node: string;
  /** Cluster whose labels the disks carry; `null` where it is not known. */
  fsid: string | null;
}

/** What a teardown could not take away on a host. Nothing in it counts as done before a later teardown has proven it. */
export interface Debt extends DebtKey {
  dataDir: string;
  /** Stable identities of its disks, as far as they were ever seen. */
  disks: string[];
  /** Why it is owed, one sentence. */
  reason: string;
  /** Machine id of the host that carried the cluster, where it is known: another machine under its name pays nothing. */
  machineId?: string | undefined;
}

/** An entry of the ConfigMap `cephflow-owed`. */
export interface OwedHost extends Debt {
  /** ISO 8601. */
  since: string;
}

export interface RememberOwedInput extends ClusterInput {
  debts: Debt[];
  /** Entries to be taken out: all of it was taken away and proven, or a person approved to forget it. */
  paid: DebtKey[];
}
