import type { AddDiskPlan } from './add-disk.ts';
import type { AddNodePlan, HeldData } from './add-node.ts';
import type { BootstrapPlan } from './bootstrap.ts';
import type { ClusterInput, ClusterState, CreatedOsd, FindDaemonsInput } from './ceph-activities.ts';
import type { Finding } from './finding.ts';

export interface InstallAgentsInput extends ClusterInput {
  /** `document`: the image and hosts that the document names. `remembered`: those of the last bootstrap, where the document is gone. */
  from: 'document' | 'remembered';
  /** Run that asks: agents that it added are taken away again by it alone. */
  runId: string;
}

export interface InstalledAgents {
  /** True where this run made the DaemonSet: it is taken away again if nothing else gets changed. */
  added: boolean;
  /** Hosts that should answer. Empty where nothing is known of the cluster at all. */
  nodes: string[];
  dataDir: string;
  /** Hosts that are left out, and why. */
  findings: Finding[];
}

export interface UntilAgentsAnswerInput extends ClusterInput {
  nodes: string[];
  /** What the operation needs of every agent; any will do without it. */
  level?: number;
}

export interface ObserveHostInput extends ClusterInput {
  dataDir: string;
  /** Token of this look; what was read under another token is stale. */
  observation: string;
}

export interface ObservedHost {
  node: string;
  disks: number;
  leftovers: number;
}

export interface PlanBootstrapInput extends ClusterInput {
  observation: string;
  nodes: string[];
  /** What the agents could see of a cluster that exists already. */
  ceph: ClusterState;
  /** Used where the cluster has no identity yet; the same in every look of one operation. */
  proposedFsid: string;
  findings: Finding[];
}

export interface PlanAddDiskInput extends PlanBootstrapInput {
  node: string;
  /** Identities of disks; every disk of the host that can become an OSD without it. */
  devices?: string[];
  /** Identities of disks that are left alone. */
  except: string[];
}

export interface PlanAddNodeInput extends Omit<PlanAddDiskInput, 'devices'> {
  /** What an earlier run for this host left; absent where Ceph did not tell. */
  held?: HeldData;
}

/** The plan without its tables: what the applying activities need. */
export type BootstrapFacts = Omit<BootstrapPlan, 'disks' | 'findings' | 'steps' | 'summary'>;

export interface PlacedMons {
  mons: { name: string; address: string; node: string }[];
  already: boolean;
}

export interface BootstrapFactsInput extends ClusterInput {
  facts: BootstrapFacts;
}

export interface StartMonsInput extends BootstrapFactsInput {
  mons: PlacedMons['mons'];
  fsid: string;
}

export interface StartDaemonsInput extends BootstrapFactsInput {
  fsid: string;
}

export interface StartOsdsInput extends StartDaemonsInput {
  node: string;
  osds: CreatedOsd[];
}

export interface OsdPodsInput extends ClusterInput {
  osds: CreatedOsd[];
}

export interface Applied {
  /** True where everything was there already. */
  already: boolean;
}

export interface WriteStatusInput extends ClusterInput {
  phase: 'Progressing' | 'Ready' | 'Failure';
  message: string;
  ceph?: {
    health: string;
    fsid: string;
    version: string;
    /** Daemons per type and version. */
    versions?: Record<string, Record<string, number>> | undefined;
  };
}

/** Activities of the queue `cephflow` that bootstrap uses. */
export interface BootstrapActivities {
  planBootstrap(input: PlanBootstrapInput): Promise<BootstrapPlan>;
  /** Writes the judged rows of every disk, and nothing where no document says which disks are wanted. */
  showDisks(input: PlanBootstrapInput): Promise<void>;
  planAddDisk(input: PlanAddDiskInput): Promise<AddDiskPlan>;
  planAddNode(input: PlanAddNodeInput): Promise<AddNodePlan>;
  rememberCluster(input: StartDaemonsInput & { nodes: string[]; appliedDocument?: string }): Promise<Applied>;
  placeMons(input: StartDaemonsInput): Promise<PlacedMons>;
  startMons(input: StartMonsInput): Promise<Applied>;
  startMgrs(input: StartDaemonsInput): Promise<Applied>;
  startOsds(input: StartOsdsInput): Promise<Applied>;
  untilOsdPodsReady(input: OsdPodsInput): Promise<Applied>;
  protectDaemons(input: StartDaemonsInput): Promise<Applied>;
  exposeDashboard(input: StartDaemonsInput & { activeMgr: string | null }): Promise<Applied>;
  startToolbox(input: StartDaemonsInput): Promise<Applied>;
  startCrashCollectors(input: StartDaemonsInput): Promise<Applied>;
  writeStatus(input: WriteStatusInput): Promise<Applied>;
}

export interface TakenAgents extends Applied {
  /** Set where agents of this run stay: who works with them, as a phrase. */
  keptFor?: string;
}

/** Activities of the queue `cephflow` that look after the agents. */
export interface AgentActivities {
  installAgents(input: InstallAgentsInput): Promise<InstalledAgents>;
  untilAgentsAnswer(input: UntilAgentsAnswerInput): Promise<Applied>;
  /** Takes away the agents where `installAgents` of exactly this run added them and no other operation is under way; else does nothing. */
  removeAddedAgents(input: ClusterInput & { runId: string }): Promise<TakenAgents>;
}

/** Activity of the queue `probe.<cluster>.<node>` beside HostProbeActivities. */
export interface ObserveActivities {
  observeHost(input: ObserveHostInput): Promise<ObservedHost>;
  /** Throws STILL_RUNNING, all daemons named, where any daemon of the cluster can be seen on the host. */
  requireNoDaemons(input: FindDaemonsInput): Promise<Applied>;
}
