import type { PlannedOsd } from './bootstrap.ts';
import type { ApprovedDisk, DiskContent } from './disk.ts';
import type { Finding } from './finding.ts';
import type { HostFacts } from './host.ts';
import type { NewDisk, OsdActivities, RemoveOsdDirectoryInput, UntilNewDiskInput } from './osd-activities.ts';

/** Kinds of cephx keys that a cluster allows; releases without the choice ignore it and know `aes` only. */
export interface Ciphers {
  allowed: string[];
  preferred: string;
}

export interface ClusterInput {
  cluster: string;
}

export interface MakeIdentityInput extends ClusterInput {
  /** Used only where no identity exists yet; without it a random one is made. */
  fsid?: string;
  mons: string[];
  mgrs: string[];
  ciphers: Ciphers;
  /** `there`: the plan rests on an identity that exists, so none is made where it has vanished since. */
  identity?: 'there';
}

export interface MadeIdentity {
  fsid: string;
  /** True where every Secret was there before. */
  already: boolean;
}

export interface UntilQuorumInput extends ClusterInput {
  mons: string[];
  /** Mons that the monmap may name and that are not waited for. */
  mayLack?: string[];
  timeoutSeconds?: number;
}

export interface Quorum {
  fsid: string;
  mons: string[];
  leader: string;
}

export interface UntilMgrInput extends ClusterInput {
  timeoutSeconds?: number;
}

export interface ActiveMgr {
  available: boolean;
  /** Id of the active mgr (`a`), `null` where none is. */
  active: string | null;
  standbys: string[];
}

export interface ApplySettingsInput extends ClusterInput {
  /** `section/option` of the document's cephConfig, as in the plan; the values are read from the document. */
  settings: string[];
}

export interface AppliedSettings {
  /** What was changed now, `section/option` each; empty on a repeat. */
  changed: string[];
  already: boolean;
  /** Settings that Ceph did not take (warning), each with Ceph's reason. */
  findings: Finding[];
}

export interface UntilOsdsUpInput extends ClusterInput {
  /** `dataDirHostPath` of the cluster, where this host keeps the sockets of its daemons. */
  dataDir: string;
  osds: { id: number; uuid: string; node: string }[];
  timeoutSeconds?: number;
}

export interface OsdsUp {
  up: number[];
}

export interface DashboardState {
  enabled: boolean;
  already: boolean;
  /** Where it is served by the active mgr, as Ceph says; `null` where it does not run. */
  url: string | null;
  findings: Finding[];
}

export interface VerifyClusterInput extends ClusterInput {
  operation: string;
  mons: string[];
  /** Each must be active or standby. Left out: one active mgr is enough. */
  mgrs?: string[];
  osds: PlannedOsd[];
  /** Uuids of OSDs that this operation made: each must be in. Left out: all of `osds`. */
  newOsds?: string[];
  /** `x.y.z` that every daemon must run. */
  version: string;
  ciphers: Ciphers;
  /** Real I/O; 4 objects of 1 MiB without it. `null` where the cluster has no OSDs by request. */
  io?: { objects: number; objectBytes: number } | null;
  timeoutSeconds?: number;
}

export interface VerifiedCluster {
  fsid: string;
  quorum: string[];
  activeMgr: string;
  osds: { id: number; uuid: string; host: string; deviceClass: string }[];
  version: string;
  /** Daemons per type and version: `{"mon": {"20.2.4": 3}}`. Agents of earlier releases leave it out. */
  versions?: Record<string, Record<string, number>>;
  /** `HEALTH_OK`, or `HEALTH_WARN` with tolerated codes alone. */
  health: string;
  /** Tolerated codes with the reason. */
  findings: Finding[];
  io: { pool: string; objects: number; bytes: number; replicas: number; seconds: number } | null;
}

export interface OsdState {
  id: number;
  uuid: string;
  up: boolean;
  in: boolean;
  /** CRUSH host bucket; `null` where it is in none. */
  host: string | null;
  /** `key=value` pairs of every bucket above it, root first. */
  location: string[];
  deviceClass: string | null;
  /** Set where it was destroyed and only its id and place are kept. */
  destroyed?: true;
  /** Set where it was made and never in: no data was ever placed on it. */
  neverServed?: true;
}

export interface HealthCheck {
  code: string;
  severity: string;
  message: string;
  muted: boolean;
  /** OSDs that it names, sorted, the first few of many: only of codes that make their disks suspect. */
  osds?: number[];
}

export interface PoolState {
  name: string;
  applications: string[];
  objects: number;
  bytes: number;
  /** RBD images; `null` where it is no RBD pool or they could not be listed in time. */
  images: number | null;
}

/** What `status`, `bootstrap` and `teardown` need to know of a cluster. Parts that could not be read are `null`, with a finding. */
export type ClusterState = UnreachableCluster | ReachableCluster;

export interface UnreachableCluster {
  reachable: false;
  /** One sentence: which connection fact is missing or what Ceph answered. */
  reason: string;
  /** From the identity Secret, where it exists. */
  fsid: string | null;
}

export interface ReachableCluster {
  reachable: true;
  fsid: string;
  mons: { all: string[]; quorum: string[] };
  mgr: ActiveMgr;
  osds: OsdState[];
  health: { status: string; checks: HealthCheck[] };
  /** The one version (`x.y.z`) of all daemons, `null` where they differ or none is known. */
  version: string | null;
  /** Daemons per version and type: `{"mon": {"20.2.4": 3}}`. */
  versions: Record<string, Record<string, number>>;
  pools: PoolState[] | null;
  fileSystems: string[];
  /** S3 buckets; `null` where there is no object store or it did not answer in time. */
  buckets: number | null;
  /** Who uses it now, one sentence each: RBD watchers, CephFS sessions. */
  clients: Finding[];
  /** What could not be read. */
  findings: Finding[];
}

export interface RegisterMgrsInput extends ClusterInput {
  mgrs: string[];
}

/** Activities of the queue `ceph.<cluster>`: any agent. */
export interface CephActivities extends OsdActivities {
  makeIdentity(input: MakeIdentityInput): Promise<MadeIdentity>;
  untilQuorum(input: UntilQuorumInput): Promise<Quorum>;
  registerMgrs(input: RegisterMgrsInput): Promise<{ already: boolean }>;
  untilMgrAvailable(input: UntilMgrInput): Promise<ActiveMgr>;
  readActiveMgr(input: ClusterInput): Promise<ActiveMgr>;
  makeCrashKey(input: ClusterInput): Promise<{ already: boolean }>;
  applySettings(input: ApplySettingsInput): Promise<AppliedSettings>;
  setUpDashboard(input: ClusterInput): Promise<DashboardState>;
  verifyCluster(input: VerifyClusterInput): Promise<VerifiedCluster>;
  readClusterState(input: ClusterInput): Promise<ClusterState>;
}

export interface ReadHostInput extends ClusterInput {
  dataDir: string;
}

export interface MakeMonStoreInput extends ClusterInput {
  mon: string;
  fsid: string;
  /** All mons of the first monmap, this one among them; `address` is an IP without port. */
  mons: { name: string; address: string }[];
  /** Mgrs whose keys the mons know from birth. */
  mgrs: string[];
  dataDir: string;
  ciphers: Ciphers;
  requireMsgr2: boolean;
}

export interface MadeMonStore {
  mon: string;
  path: string;
  already: boolean;
}

export interface CreateOsdInput extends ClusterInput {
  fsid: string;
  disk: ApprovedDisk;
  osdUuid: string;
  deviceClass?: string;
  /** Id of a destroyed OSD whose place this one takes; Ceph chooses one without it. */
  osdId?: number;
}

export interface CreatedOsd {
  osdId: number;
  osdUuid: string;
  already: boolean;
}

export interface WipeOwnDiskInput extends ClusterInput {
  cephFsid: string;
  disk: ApprovedDisk;
  /** Set where exactly this OSD may be on it; any one of the cluster without it. */
  osdUuid?: string;
}

export interface WipeNewDiskInput extends ClusterInput {
  disk: ApprovedDisk;
  /** What was shown to the person who approved. */
  content: DiskContent;
}

export interface WipedDisk {
  id: string;
  already: boolean;
}

export interface RemoveHostDirectoriesInput extends ClusterInput {
  fsid: string;
  dataDir: string;
  /** Mons whose store on this host belongs to the cluster. */
  mons: string[];
}

export interface RemovedDirectories {
  /** Paths that were there and are gone. */
  removed: string[];
  already: boolean;
}

export interface FindDaemonsInput extends ClusterInput {
  fsid: string | null;
  dataDir: string;
  disks: ApprovedDisk[];
}

export interface FoundDaemons {
  /** One finding `STILL_RUNNING` per daemon that can be seen: open disk, answering admin socket, locked mon store. */
  findings: Finding[];
}

/** Activities of the queue `probe.<cluster>.<node>`: read-only. */
export interface HostProbeActivities {
  untilNewDisk(input: UntilNewDiskInput): Promise<NewDisk>;
  readHost(input: ReadHostInput): Promise<HostFacts>;
  findDaemons(input: FindDaemonsInput): Promise<FoundDaemons>;
  untilOsdsUp(input: UntilOsdsUpInput): Promise<OsdsUp>;
}

/** Activities of the queue `disk.<cluster>.<node>`: they change this host, one at a time. */
export interface HostDiskActivities {
  makeMonStore(input: MakeMonStoreInput): Promise<MadeMonStore>;
  createOsd(input: CreateOsdInput): Promise<CreatedOsd>;
  wipeOwnDisk(input: WipeOwnDiskInput): Promise<WipedDisk>;
  wipeNewDisk(input: WipeNewDiskInput): Promise<WipedDisk>;
  removeHostDirectories(input: RemoveHostDirectoriesInput): Promise<RemovedDirectories>;
  removeOsdDirectory(input: RemoveOsdDirectoryInput): Promise<{ already: boolean }>;
}
