import type { ClusterInput } from './ceph-activities.ts';

/** What a teardown could not take away on a host. Nothing in it counts as done before a later teardown has proven it. */
export interface Debt {
  node: string;
  /** Cluster whose labels the disks carry; `null` where it is not known. */
  fsid: string | null;
  dataDir: string;
  /** Stable identities of its disks, as far as they were ever seen. */
  disks: string[];
  /** Why it is owed, one sentence. */
  reason: string;
}

/** A debt that is known before anything is done, with the code of the finding that says so: a person may waive it. */
export interface PlannedDebt extends Debt {
  code: string;
}

/** An entry of the ConfigMap `cephflow-owed`. */
export interface OwedHost extends Debt {
  /** ISO 8601. */
  since: string;
  /** Machine id of the host that carried the cluster, where it is known: another machine under its name pays nothing. */
  machineId?: string | undefined;
}

export interface RememberOwedInput extends ClusterInput {
  debts: Debt[];
  /** Hosts that owe nothing any more, because all of theirs was taken away and proven. */
  paid: string[];
}
