import { z } from 'zod';
import type { ApprovedDisk } from './disk.ts';
import type { Finding } from './finding.ts';
import { operationInput, type OperationContract } from './operation.ts';
import type { Debt, DebtKey } from './owed.ts';
import type { Plan } from './plan.ts';
import type { OperationResult } from './state.ts';

const input = z.strictObject({
  ...operationInput,
  data: z
    .enum(['destroy', 'keep'], {
      error: 'must be "destroy" or "keep": teardown never guesses what becomes of the data',
    })
    .describe('what becomes of the data: `destroy` wipes the disks, `keep` only stops the cluster; no default'),
});
export type TeardownInput = z.infer<typeof input>;

export const TEARDOWN_STEPS = [
  'plan',
  'unwatch-health',
  'remember-owed',
  'stop-daemons',
  'prove-stopped',
  'wipe-disks',
  'remove-directories',
  'remove-objects',
  'settle-owed',
  'remove-agents',
  'show-stopped',
  'forget-cluster',
] as const;

export const teardownContract: OperationContract<TeardownInput> = {
  name: 'teardown',
  workflowType: 'teardown',
  does: 'takes the cluster away with its data (wiped and read back), or only stops it and keeps all data',
  input,
  example: {
    cluster: 'rook-ceph',
    data: 'destroy',
    dryRun: false,
    waive: [],
    reason: 'test cluster, no longer needed',
  },
  suggestedId: ({ cluster }) => `teardown:${cluster}`,
  steps: TEARDOWN_STEPS,
  unwaivable: ['POD_SECURITY', 'IDENTITY_CONFLICT', 'DATA_WITHOUT_KEYS'],
  approvalNamesCluster: true,
};

/** A disk that carries labels of this cluster, to be wiped. */
export interface OwnedDisk extends ApprovedDisk {
  osdUuids: string[];
  osdId: number | null;
}

export interface TeardownPlan extends Plan {
  fsid: string | null;
  dataDir: string;
  nodes: string[];
  disks: OwnedDisk[];
  /** What will be lost, one sentence each: pools with objects and bytes, images, file systems, clients. */
  losses: string[];
  /** Mon stores of this cluster per node, by mon name. */
  monStores: { node: string; mon: string }[];
  /** What it can not take away, one per host; remembered before anything is destroyed. Absent in plans of earlier versions. */
  owes?: Debt[];
  /** What each host, seen or not, has of the cluster: it is owed from the moment on in which the host is left out. */
  carries?: Debt[];
  /** Older debts that are paid when it is done. */
  pays?: DebtKey[];
  /** Debts that are forgotten because their findings are waived; a step of the plan names them. */
  settles?: DebtKey[];
  /** Set where the data is kept: what was seen to be there. `disks` is empty then. */
  kept?: KeptParts;
}

/** What is there of a cluster whose data is kept. Nothing counts that was not seen. */
export interface KeptParts {
  /** Disks with a complete OSD of the cluster, as `node:identity`. */
  disks: string[];
  /** Mon stores, as `mon.a@n1`. */
  monStores: string[];
  /** Names of its Secrets: the only keys to the data. */
  secrets: string[];
  /** Uuid of every OSD in Ceph's map by its id; `null` where Ceph does not answer. */
  osds: Record<string, string> | null;
}

export interface TeardownResult extends OperationResult {
  fsid?: string | null;
  wipedDisks?: string[];
  /** Set where the data was kept; without the map of OSDs. */
  kept?: Omit<KeptParts, 'osds'> & {
    /** The operation and its input that take the cluster up again. */
    takeUpAgain: { operation: 'bootstrap'; input: { cluster: string } };
  };
  /** What could not be done or proven, one sentence each. */
  owed?: string[];
}

/** Findings that name something of the cluster which teardown cannot take away now. */
const OWED = [
  'HOST_NOT_SEEN',
  'NODE_REPLACED',
  'FORMER_DEBT',
  'FORMER_IDENTITY',
  'OWED_DISK_NOT_SEEN',
  'DATA_DIR_NOT_SEEN',
  'OWN_DISK_NOT_WIPED',
  'DISK_UNREADABLE',
  'NO_IDENTITY',
];

/** Debts that a person may call settled, because a host, disk or directory is gone for good and only they can know. */
const SETTLED_BY_WAIVING = [
  'HOST_NOT_SEEN',
  'NODE_REPLACED',
  'FORMER_DEBT',
  'OWED_DISK_NOT_SEEN',
  'DATA_DIR_NOT_SEEN',
  'DISK_UNREADABLE',
];

/** @param code of a finding that says that something is owed */
export const isSettled = (code: string, waived: readonly string[]): boolean =>
  SETTLED_BY_WAIVING.includes(code) && waived.includes(code);

/** What stays behind, one sentence each; the cluster is forgotten only when there is nothing. */
export const owedOf = (findings: Finding[], waived: readonly string[] = []): string[] =>
  findings.filter(({ code }) => OWED.includes(code) && !isSettled(code, waived)).map(({ because }) => because);
