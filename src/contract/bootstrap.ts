import { z } from 'zod';
import type { DiskRow } from './disk.ts';
import { operationInput, type OperationContract } from './operation.ts';
import type { Plan } from './plan.ts';
import type { OperationResult } from './state.ts';

const input = z.strictObject({ ...operationInput });
export type BootstrapInput = z.infer<typeof input>;

export const BOOTSTRAP_STEPS = [
  'plan',
  'make-identity',
  'place-mons',
  'start-kept-mons',
  'make-mon-stores',
  'start-mons',
  'start-mgrs',
  'apply-settings',
  'create-osds',
  'protect-daemons',
  'set-up-dashboard',
  'start-toolbox',
  'start-crash-collectors',
  'verify',
  'watch-health',
  'report-status',
] as const;

export const bootstrapContract: OperationContract<BootstrapInput> = {
  name: 'bootstrap',
  workflowType: 'bootstrap',
  does: 'makes the Ceph cluster that the CephCluster document of the namespace asks for, or what is missing of it',
  input,
  example: { cluster: 'rook-ceph', dryRun: false, approval: 'required', waive: [], reason: 'first cluster' },
  suggestedId: ({ cluster }) => `bootstrap:${cluster}`,
  steps: BOOTSTRAP_STEPS,
  unwaivable: [
    'FIELD_REFUSED',
    'STALE_STATE',
    'NO_ELIGIBLE_DEVICE',
    'TOO_FEW_NODES',
    'HOST_NEEDED',
    'MON_STORES_LOST',
    'DATA_DIR_CHANGED',
    'DATA_WITHOUT_KEYS',
    'MIXED_AGENT_IMAGES',
    'OTHER_IMAGE_RUNS',
    'POD_SECURITY',
    'UNSUPPORTED_CIPHERS',
  ],
  approvalNamesCluster: false,
};

export interface PlannedMon {
  /** `a`, `b`, ... */
  id: string;
  node: string;
  /** Set with host networking: the node's own address, which is then the mon's identity. */
  hostAddress?: string;
}

export interface PlannedOsd {
  node: string;
  path: string;
  /** Stable identity of the disk, as approved. */
  diskId: string;
  sizeBytes: number;
  osdUuid: string;
  deviceClass?: string;
  /** CRUSH weight in TiB; without it Ceph takes the disk's size. */
  initialWeight?: number;
  crushRoot: string;
  /** `key=value` pairs of the CRUSH location below the root, e.g. `host=n1`. */
  crushLocation: string[];
}

export interface BootstrapPlan extends Plan {
  /** Generation and content hash of the document that it rests on. */
  document: { generation: number; hash: string };
  image: string;
  cephVersion: string;
  /** Set where the cluster has an identity already. */
  fsid: string | null;
  /** The fsid that make-identity uses where none exists; the same in every look of one operation. */
  proposedFsid: string;
  dataDir: string;
  /** Hosts whose agents answered. */
  nodes: string[];
  ciphers: { allowed: string[]; preferred: string };
  hostNetwork: boolean;
  requireMsgr2: boolean;
  mons: PlannedMon[];
  /** Ids of mons that start before a new store is made; absent in plans of earlier versions. */
  startFirst?: string[];
  mgrs: string[];
  /** All OSDs that the cluster has afterwards, those that exist included. */
  osds: PlannedOsd[];
  /** Names (`section/option`) of the settings; the values stay in the document. */
  settings: string[];
  dashboard: boolean;
  /** Hosts that get a crash collector; empty where the document wants none. Plans of earlier releases leave it out. */
  crashCollectorNodes?: string[];
  /** Every disk that was looked at; long lists are cut, the whole is in the ConfigMaps `local-device-<node>`. */
  disks: DiskRow[];
}

export interface BootstrapResult extends OperationResult {
  fsid?: string;
  version?: string;
  health?: string;
  osds?: number;
  /** Seconds from the approval to verified health. */
  seconds?: number;
}
