import { z } from 'zod';
import type { BootstrapPlan } from './bootstrap.ts';
import type { ApprovedDisk, DiskContent } from './disk.ts';
import { operationInput, type OperationContract } from './operation.ts';
import type { Plan } from './plan.ts';
import { GOING_UNWAIVABLE, type GoingOsd } from './remove-disk.ts';
import type { OperationResult } from './state.ts';

const input = z
  .strictObject({
    ...operationInput,
    osd: z.int({ error: 'is the id of the OSD, a whole number' }).min(0).optional().describe('id of the OSD'),
    device: z.string().optional().describe('identity of its disk, as the device table shows it; instead of `osd`'),
    wipe: z.boolean().default(false).describe('wipe the old disk before it is taken out, where it can be written to'),
  })
  .refine(({ osd, device }) => (osd === undefined) !== (device === undefined), {
    path: ['osd'],
    error: 'or "device" is needed, and not both',
  });
export type ReplaceDiskInput = z.infer<typeof input>;

export const REPLACE_DISK_STEPS = [
  'plan',
  'out-osd',
  'stop-osd',
  'destroy-osd',
  'force-destroy-osd',
  'remember-removed',
  'remove-directory',
  'wipe-disk',
  'await-disk',
  'wipe-new-disk',
  'create-osds',
  'weigh-osd',
  'verify',
  'report-status',
] as const;

export const replaceDiskContract: OperationContract<ReplaceDiskInput> = {
  name: 'replace-disk',
  workflowType: 'replaceDisk',
  does: 'empties one OSD while it serves, keeps its id, waits until its disk is swapped, and makes the OSD again on the new disk',
  input,
  example: { cluster: 'rook-ceph', osd: 5, wipe: false, dryRun: false, waive: [], reason: 'read errors' },
  suggestedId: ({ cluster, osd, device }) => `replace-disk:${cluster}:${osd === undefined ? device : `osd.${osd}`}`,
  targetOf: ({ cluster, osd, device }) => (osd === undefined ? (device ?? cluster) : `osd.${osd}`),
  steps: REPLACE_DISK_STEPS,
  unwaivable: GOING_UNWAIVABLE,
  approvalNamesCluster: false,
};

export interface ReplaceDiskPlan extends Plan {
  fsid: string;
  dataDir: string;
  /** Hosts whose agents answered. */
  nodes: string[];
  osd: GoingOsd & { node: string };
  /** Room that data was placed for, by its weight in the CRUSH map; `null` where that is not known. */
  oldBytes: number | null;
  /** Identities of the disks of that host that are not the new one: all that it had, but for blank ones where the OSD was destroyed before. */
  disks: string[];
}

/** What becomes of the new disk: approved by itself, when it is there. */
export interface SwapPlan extends BootstrapPlan {
  node: string;
  /** Id that the OSD keeps. */
  osdId: number;
  /** The new disk is not blank: what would be lost on it. */
  wipes?: { disk: ApprovedDisk; content: DiskContent };
}

export interface ReplaceDiskResult extends OperationResult {
  osd?: number;
  oldDisk?: string | null;
  newDisk?: string;
  seconds?: number;
}
