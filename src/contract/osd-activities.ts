import type { HeldData, Pace } from './add-node.ts';
import type { Applied, PlanBootstrapInput } from './bootstrap-activities.ts';
import type { ClusterInput, ClusterState } from './ceph-activities.ts';
import type { ClusterLayout } from './cluster-layout.ts';
import type { PlannedOsd } from './bootstrap.ts';
import type { PgState } from './pg-state.ts';
import type { Plan } from './plan.ts';
import type { ReplaceDiskPlan, SwapPlan } from './replace-disk.ts';
import type { RemoveDiskPlan } from './remove-disk.ts';

/** An OSD that was approved to go: every activity compares the uuid, because the id may have been given to another OSD since. */
export interface OsdInput extends ClusterInput {
  osd: { id: number; uuid: string };
}

export interface UntilOsdsInInput extends ClusterInput {
  osds: PlannedOsd[];
  timeoutSeconds?: number;
}

export interface OsdsIn {
  osds: { id: number; uuid: string }[];
}

export interface RemoveOsdDirectoryInput extends ClusterInput {
  fsid: string;
  dataDir: string;
  osdUuid: string;
}

export interface ReadLayoutInput extends ClusterInput {
  /** OSD that is to go: what Ceph is about to restore by itself, and would keep it from going, is waited for. */
  osd?: number;
}

export interface PlaceHostInput extends ClusterInput {
  root: string;
  /** `key=value` pairs below the root, the outermost first, the host last. */
  location: string[];
}

export interface HoldInput extends ClusterInput {
  /** Names what is held, so that it is put back by the same name. */
  name: string;
}

export interface PutBackInput extends HoldInput {
  /** Uuids of the OSDs that were made meanwhile. */
  osds: string[];
}

export interface MoveDataInput extends HoldInput {
  osds: { id: number; uuid: string; sizeBytes: number }[];
  pace: Pace;
  /** `x.y.z` that the daemons run. */
  version: string;
}

/** Activities of the queue `ceph.<cluster>` about single OSDs and about the data on all of them. */
export interface OsdActivities {
  untilOsdsIn(input: UntilOsdsInInput): Promise<OsdsIn>;
  untilSettled(input: ClusterInput): Promise<PgState>;
  readLayout(input: ReadLayoutInput): Promise<ClusterLayout>;
  drainOsd(input: OsdInput): Promise<Applied>;
  undrainOsd(input: OsdInput): Promise<Applied>;
  untilSafeToDestroy(input: OsdInput): Promise<Emptied>;
  purgeOsd(input: OsdInput & { bucket: string | null }): Promise<Applied>;
  outOsd(input: OsdInput): Promise<Applied>;
  inOsd(input: OsdInput): Promise<Applied>;
  destroyOsd(input: OsdInput): Promise<Applied>;
  planForcedDestroy(input: OsdInput): Promise<Plan>;
  forceDestroyOsd(input: OsdInput): Promise<Applied>;
  weighOsd(input: OsdInput & { sizeBytes: number }): Promise<Applied>;
  placeHost(input: PlaceHostInput): Promise<Applied>;
  holdData(input: HoldInput): Promise<Applied>;
  moveData(input: MoveDataInput): Promise<Applied>;
  readHeld(input: HoldInput): Promise<HeldData>;
  putBack(input: PutBackInput): Promise<Applied>;
}

export interface Emptied extends Applied {
  /** True where the OSD stopped while its data still moved: the rest of it was restored from the other copies. */
  wentDown: boolean;
}

/** A disk whose OSD was removed: nothing takes it again by itself. */
export interface RemovedDisk {
  /** `null` where it was not known. */
  node: string | null;
  /** Identity of the disk; `null` where it was seen on no host: then only the uuid in its label tells. */
  disk: string | null;
  osdId: number;
  osdUuid: string;
  /** Its OSD got another disk under the same id; absent where the OSD went for good. */
  replaced?: true | undefined;
  /** ISO 8601. */
  since: string;
}

export interface PlanRemoveDiskInput extends ClusterInput {
  observation: string;
  nodes: string[];
  dataDir: string;
  ceph: ClusterState;
  /** `null` where Ceph did not answer. */
  layout: ClusterLayout | null;
  osd: number;
  wipe: boolean;
}

export interface UntilNewDiskInput extends ClusterInput {
  /** Identities of disks that are not waited for. */
  known: string[];
}

export interface NewDisk {
  id: string;
  path: string;
}

export interface PlanReplaceDiskInput extends Omit<PlanRemoveDiskInput, 'osd'> {
  osd?: number;
  device?: string;
}

export interface PlanSwapInput extends PlanBootstrapInput {
  osd: number;
  node: string;
  /** Identity of the disk that was put in. */
  disk: string;
  /** A disk with less room is refused; absent where any size will do. */
  atLeastBytes?: number;
}

/** Activities of the queue `cephflow` that take OSDs away. */
export interface OsdObjectActivities {
  planRemoveDisk(input: PlanRemoveDiskInput): Promise<RemoveDiskPlan>;
  planReplaceDisk(input: PlanReplaceDiskInput): Promise<ReplaceDiskPlan>;
  planSwap(input: PlanSwapInput): Promise<SwapPlan>;
  stopOsd(input: OsdInput): Promise<Applied>;
  rememberRemoved(input: ClusterInput & { removed: Omit<RemovedDisk, 'since'> }): Promise<Applied>;
  forgetRemoved(input: ClusterInput & { disks: { node: string; disk: string }[] }): Promise<Applied>;
}
