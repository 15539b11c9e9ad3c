import { z } from 'zod';
import type { ApprovedDisk } from './disk.ts';
import { operationInput, type OperationContract } from './operation.ts';
import type { Plan } from './plan.ts';
import type { OperationResult } from './state.ts';

const input = z.strictObject({
  ...operationInput,
  osd: z.int({ error: 'is the id of the OSD, a whole number, and is needed' }).min(0).describe('id of the OSD'),
  wipe: z
    .boolean({ error: 'must be true or false: remove-disk never guesses what becomes of the disk' })
    .describe('`true` wipes the disk afterwards and reads back, `false` leaves what is on it; no default'),
});
export type RemoveDiskInput = z.infer<typeof input>;

export const REMOVE_DISK_STEPS = [
  'plan',
  'drain-osd',
  'stop-osd',
  'remember-removed',
  'purge-osd',
  'remove-directory',
  'wipe-disk',
  'verify',
  'report-status',
] as const;

/** Of every operation that takes an OSD's data away. */
export const GOING_UNWAIVABLE = [
  'POD_SECURITY',
  'IDENTITY_CONFLICT',
  'CLUSTER_NOT_MADE',
  'CLUSTER_NOT_SERVING',
  'OSD_NOT_FOUND',
  'OBJECTS_UNFOUND',
  'PGS_NOT_ACTIVE',
  'DISK_NOT_OURS',
  // Its data would look for a place for ever.
  'REDUNDANCY_LOST',
];

export const removeDiskContract: OperationContract<RemoveDiskInput> = {
  name: 'remove-disk',
  workflowType: 'removeDisk',
  does: 'moves the data of one OSD to the others, then takes the OSD out of the cluster for good, and wipes its disk if asked',
  input,
  example: { cluster: 'rook-ceph', osd: 5, wipe: true, dryRun: false, waive: [], reason: 'disk is needed elsewhere' },
  suggestedId: ({ cluster, osd }) => `remove-disk:${cluster}:osd.${osd}`,
  targetOf: ({ cluster, osd }) => (osd === undefined ? cluster : `osd.${osd}`),
  steps: REMOVE_DISK_STEPS,
  unwaivable: GOING_UNWAIVABLE,
  approvalNamesCluster: false,
};

/** The OSD that goes, by uuid: its id may be another OSD's tomorrow. */
export interface GoingOsd {
  id: number;
  uuid: string;
  /** Name of its bucket in the CRUSH map. */
  bucket: string | null;
  /** Host on which its disk was seen, or its Deployment is; `null` where nothing tells. */
  node: string | null;
  /** `null` where its disk was seen nowhere. */
  disk: ApprovedDisk | null;
}

export interface RemoveDiskPlan extends Plan {
  fsid: string;
  dataDir: string;
  /** Hosts whose agents answered. */
  nodes: string[];
  osd: GoingOsd;
}

export interface RemoveDiskResult extends OperationResult {
  osd?: number;
  disk?: string | null;
  wiped?: boolean;
  seconds?: number;
}
