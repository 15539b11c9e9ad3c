import { z } from 'zod';
import type { AddDiskPlan } from './add-disk.ts';
import { addDiskContract, leftAlone } from './add-disk.ts';
import { operationInput, type OperationContract } from './operation.ts';
import type { OperationResult } from './state.ts';

export const PACES = ['gentle', 'normal', 'fast'] as const;
/** How much of the disks' time the moving of data may take. */
export type Pace = (typeof PACES)[number];

const input = z.strictObject({
  ...operationInput,
  node: z.string({ error: 'is the host that joins, and is needed' }).min(1).describe('host that joins'),
  except: leftAlone,
  pace: z
    .enum(PACES)
    .default('normal')
    .describe('how much of the disks the moving of data may take: `gentle` leaves most to clients, `fast` to the move'),
});
export type AddNodeInput = z.infer<typeof input>;

export const ADD_NODE_STEPS = [
  'plan',
  'remember-host',
  'place-host',
  'hold-data',
  'create-osds',
  'start-crash-collectors',
  'move-data',
  'verify',
  'report-status',
] as const;

export const addNodeContract: OperationContract<AddNodeInput> = {
  name: 'add-node',
  workflowType: 'addNode',
  does: 'makes all OSDs of a host in its place of the CRUSH map, and lets data move to them only when all of them serve',
  input,
  example: {
    cluster: 'rook-ceph',
    node: 'n4',
    pace: 'normal',
    dryRun: false,
    approval: 'required',
    reason: 'new host',
  },
  suggestedId: ({ cluster, node = '' }) => `add-node:${cluster}:${node}`,
  targetOf: ({ cluster, node }) => node ?? cluster,
  steps: ADD_NODE_STEPS,
  unwaivable: addDiskContract.unwaivable,
  approvalNamesCluster: false,
};

export type AddNodePlan = AddDiskPlan;

/** What an add-node that ended before its time left. */
export interface HeldData {
  /** `all`: flag and settings may still be changed. `weights`: they were put back, and OSDs were left without weight. */
  held: 'all' | 'weights' | 'nothing';
  /** Uuids of all OSDs without weight, but for those that remove-disk drained. */
  weightless: string[];
}

export interface AddNodeResult extends OperationResult {
  osds?: number[];
  /** Seconds from the approval until all data had moved. */
  seconds?: number;
}
