import { z } from 'zod';
import type { ApprovedDisk } from './disk.ts';
import type { Finding } from './finding.ts';
import { operationInput, type OperationContract } from './operation.ts';
import type { Plan } from './plan.ts';
import type { OperationResult } from './state.ts';

const input = z.strictObject({
  ...operationInput,
  data: z
    .literal('destroy', { error: 'must be "destroy": teardown never guesses what becomes of the data' })
    .describe('what becomes of the data; no default'),
});
export type TeardownInput = z.infer<typeof input>;

export const TEARDOWN_STEPS = [
  'plan',
  'stop-daemons',
  'prove-stopped',
  'wipe-disks',
  'remove-directories',
  'remove-objects',
  'remove-agents',
  'forget-cluster',
] as const;

export const teardownContract: OperationContract<TeardownInput> = {
  name: 'teardown',
  workflowType: 'teardown',
  does: 'takes the cluster away: daemons, then disks (wiped and read back), directories and objects',
  input,
  example: {
    cluster: 'rook-ceph',
    data: 'destroy',
    dryRun: false,
    waive: [],
    reason: 'test cluster, no longer needed',
  },
  suggestedId: (cluster) => `teardown:${cluster}`,
  steps: TEARDOWN_STEPS,
  unwaivable: ['POD_SECURITY', 'IDENTITY_CONFLICT'],
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
}

export interface TeardownResult extends OperationResult {
  fsid?: string | null;
  wipedDisks?: string[];
  /** What could not be done or proven, one sentence each. */
  owed?: string[];
}

/** Findings that name something of the cluster which teardown cannot take away now. */
const OWED = ['HOST_NOT_SEEN', 'OWN_DISK_NOT_WIPED', 'DISK_UNREADABLE', 'NO_IDENTITY'];

/** What stays behind, one sentence each; the cluster is forgotten only when there is nothing. */
export const owedOf = (findings: Finding[]): string[] =>
  findings.filter(({ code }) => OWED.includes(code)).map(({ because }) => because);
