import { z } from 'zod';
import type { BootstrapPlan } from './bootstrap.ts';
import { operationInput, type OperationContract } from './operation.ts';
import type { OperationResult } from './state.ts';

/** Also an input of add-node. */
export const leftAlone = z
  .array(z.string(), { error: 'is a list of identities as the device table shows them' })
  .default([])
  .describe('identities of disks that are left alone, such as those that were refused before');

const input = z.strictObject({
  ...operationInput,
  node: z.string({ error: 'is the host that has the disks, and is needed' }).min(1).describe('host that has the disks'),
  devices: z
    .array(z.string(), {
      error: 'is a list of identities as the device table shows them, e.g. ["wwn:0x5000c500a1b2c3d4"]',
    })
    .min(1)
    .optional()
    .describe('identities of the disks; without it every disk of the host that the document selects and that is blank'),
  except: leftAlone,
  wait: z
    .enum(['up', 'clean'])
    .default('up')
    .describe('`up` ends when the new OSDs serve, `clean` when the data has moved to them as well'),
});
export type AddDiskInput = z.infer<typeof input>;

export const ADD_DISK_STEPS = [
  'plan',
  'remember-host',
  'forget-removed',
  'create-osds',
  'start-crash-collectors',
  'verify',
  'report-status',
] as const;

export const addDiskContract: OperationContract<AddDiskInput> = {
  name: 'add-disk',
  workflowType: 'addDisk',
  does: 'makes OSDs on disks of one host that the document selects, and ends when they serve in their place of the CRUSH map',
  input,
  example: { cluster: 'rook-ceph', node: 'n1', wait: 'up', dryRun: false, approval: 'required', reason: 'new disk' },
  suggestedId: ({ cluster, node = '' }) => `add-disk:${cluster}:${node}`,
  targetOf: ({ cluster, node }) => node ?? cluster,
  steps: ADD_DISK_STEPS,
  unwaivable: [
    'FIELD_REFUSED',
    'STALE_STATE',
    'DATA_DIR_CHANGED',
    'DATA_WITHOUT_KEYS',
    'MIXED_AGENT_IMAGES',
    'OTHER_IMAGE_RUNS',
    'POD_SECURITY',
    'CLUSTER_NOT_MADE',
    'CLUSTER_NOT_SERVING',
    'HOST_NOT_FOR_OSDS',
    'HOST_NEEDED',
    'DISK_NOT_FOUND',
    'DISK_NOT_ELIGIBLE',
  ],
  approvalNamesCluster: false,
};

/** The part of a bootstrap's plan that makes OSDs of one host: `osds` are these alone. */
export interface AddDiskPlan extends BootstrapPlan {
  node: string;
  /** Disks whose OSD was removed before and that are added on purpose now. */
  forgets: { node: string; disk: string }[];
}

export interface AddDiskResult extends OperationResult {
  /** The new OSDs with the disks that they live on. */
  osds?: { id: number; disk: string }[];
  /** Seconds from the approval until the OSDs were up, in and in place. */
  seconds?: number;
}
