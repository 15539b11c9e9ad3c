import type { BootstrapPlan, PlannedMon, PlannedOsd } from '../contract/bootstrap.ts';
import type { ClusterState } from '../contract/ceph-activities.ts';
import type { DiskRow } from '../contract/disk.ts';
import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';
import type { RemovedDisk } from '../contract/osd-activities.ts';
import { commonVersion, mixedAgents, type AgentPod } from './agent-images.ts';
import { bootstrapSteps, type ExistingParts } from './bootstrap-steps.ts';
import { asWanted, wantedCollectors, type CrashCollectors } from './crash-collectors.ts';
import { changedDataDir, type RememberedCluster } from './data-dir.ts';
import { lostIdentity } from './lost-identity.ts';
import { knownOsds, otherVersionKept } from './kept-cluster.ts';
import { hasStore, labelsOn, lostMons, startFirst } from './mon-stores.ts';
import { selectDisks, type StorageChoice } from './disk-selection.ts';
import { judgeDisks, type NodeDisks } from './disk-verdict.ts';
import { awayHosts, mayBeAway, replacedHosts } from './away-hosts.ts';
import { neededHosts } from './needed-hosts.ts';
import { noEligibleDevice } from './no-eligible-device.ts';
import { monId, placeMons, type MonCandidate } from './mon-placement.ts';
import { orphanOsds } from './orphan-osds.ts';
import { osdUuid } from './osd-uuid.ts';
import { otherImages, type DeployedDaemon } from './other-images.ts';
import { hashPlan } from './plan-hash.ts';
import { plannedOsds } from './planned-osds.ts';
import { findStaleState } from './stale-state.ts';
import { suspectOsds } from './suspect-osds.ts';
import { decideCiphers, judgeImageVersion } from './versions.ts';

/** A host as the plan judges it. */
export interface PlannedHost {
  node: string;
  hostname: string;
  internalIp: string;
  labels: Record<string, string>;
  kernelVersion: string;
  /** Set where a mon may not run there, and why. */
  monRefusal: string | null;
  /** Set where OSDs may not run there, and why. */
  osdRefusal: string | null;
  /** Set where Kubernetes calls it not ready, and a mon could run there otherwise. */
  awaySince?: { since: string | null };
}

/** The document's wishes, as plain values. */
export interface BootstrapWishes {
  image: string;
  allowUnsupported: boolean;
  dataDir: string;
  monCount: number;
  monSharing: 'one-per-node' | 'many-per-node';
  monFailureDomainLabel: string;
  mgrCount: number;
  hostNetwork: boolean;
  requireMsgr2: boolean;
  allowedCiphers: string[];
  storage: StorageChoice;
  settings: string[];
  dashboard: boolean;
  /** `null` where no crash reports are to be collected. */
  crashCollectors: { daysToRetain: number } | null;
}

export interface BootstrapObservation {
  cluster: string;
  document: { generation: number; hash: string };
  wishes: BootstrapWishes;
  hosts: PlannedHost[];
  /** What the agents read, one per host that answered. */
  facts: HostFacts[];
  ceph: ClusterState;
  /** Identity in the Secrets, or the one this operation will make. */
  fsid: { value: string; exists: boolean };
  existingMons: PlannedMon[];
  /** `null` where nothing is remembered of a cluster in this namespace. */
  remembered: RememberedCluster | null;
  /** Every mon, mgr and OSD that has a Deployment. */
  daemons: DeployedDaemon[];
  /** Names of the cluster's Secrets. */
  secrets: string[];
  /** Disks whose OSD was removed. */
  removed: RemovedDisk[];
  /** Every agent that is ready. */
  agents: AgentPod[];
  existing: Omit<
    ExistingParts,
    | 'identity'
    | 'monStores'
    | 'startFirst'
    | 'quorum'
    | 'mgrs'
    | 'runningOsds'
    | 'madeOsds'
    | 'halfMadeOsds'
    | 'crashCollectors'
  > & {
    mgrDeployments: string[];
    /** Hosts that a mgr runs on. */
    mgrNodes: string[];
    crashCollectors: CrashCollectors;
  };
  allowLoopDevices: boolean;
  /** From document, namespace and nodes. */
  findings: Finding[];
}

/** The whole decision of bootstrap: which mons, mgrs and OSDs where, why every other disk is left alone, and what is missing. Pure. */
export function planBootstrap(seen: BootstrapObservation): BootstrapPlan {
  const { cluster, wishes, fsid, ceph, facts, daemons, agents, remembered } = seen;
  const placement = {
    count: wishes.monCount,
    sharing: wishes.monSharing,
    hostNetwork: wishes.hostNetwork,
    candidates: monCandidates(seen),
    existing: seen.existingMons,
    leftOut: seen.hosts.flatMap(({ monRefusal }) => (monRefusal === null ? [] : [monRefusal])),
  };
  const mons = placeMons(placement);
  const mgrs = Array.from({ length: wishes.mgrCount }, (_, index) => monId(index));
  const { rows, osds, findings: diskFindings } = judgeStorage(seen);
  const cephVersion = commonVersion(facts);
  const ciphers = decideCiphers({
    version: cephVersion,
    allowedCiphers: wishes.allowedCiphers,
    kernelVersions: Object.fromEntries(facts.map(({ node, kernelVersion }) => [node, kernelVersion])),
  });
  const collectors = wantedCollectors(wishes.crashCollectors, [...mons.mons, ...osds], seen.existing.mgrNodes);
  const existing = existingParts(seen, mons.mons, mgrs, osds, collectors);
  const steps = bootstrapSteps({
    mons: mons.mons,
    mgrs,
    osds,
    settings: wishes.settings,
    dashboard: wishes.dashboard,
    crashCollectorNodes: collectors.nodes,
    document: seen.document.hash,
    existing,
  });
  const away = awayHosts(seen);
  const lost = fsid.exists ? { fsid: null, findings: [] } : lostIdentity(tracesOf(seen));
  const findings = [
    ...seen.findings,
    ...judgeImageVersion(cephVersion, wishes.allowUnsupported ? 'allow-unsupported' : 'supported-only').findings,
    ...mixedAgents(cluster, wishes.image, agents, facts),
    ...otherImages({ image: wishes.image, cephVersion, daemons, ceph, steps }),
    ...changedDataDir(remembered, fsid.exists ? fsid.value : null, wishes.dataDir),
    ...(ciphers.finding === undefined ? [] : [ciphers.finding]),
    ...neededHosts({ placement, placed: mons, away, quorum: existing.quorum ? 'complete' : 'incomplete' }),
    ...replacedHosts(seen),
    ...goneMonHosts(seen),
    ...lost.findings,
    ...otherVersionKept(seen, cephVersion),
    // The finding before says more of its own stores, and must not be answered by moving them away.
    ...findStaleState(facts, fsid.exists ? fsid.value : lost.fsid),
    ...diskFindings,
    ...orphanOsds(ceph, facts, osds, daemons),
    ...lostMons(seen, mons.mons, existing.monStores).filter(() => !mayBeAway(mons.mons, existing.monStores, away)),
  ];
  return {
    operation: 'bootstrap',
    cluster,
    hash: hashPlan({ operation: 'bootstrap', cluster, steps, findings }),
    summary: summarise(cluster, steps.length, mons.mons.length, osds.length),
    steps,
    findings,
    document: seen.document,
    image: wishes.image,
    cephVersion,
    fsid: ceph.fsid ?? (fsid.exists ? fsid.value : null),
    proposedFsid: fsid.value,
    dataDir: wishes.dataDir,
    nodes: facts.map(({ node }) => node).toSorted(),
    ciphers: { allowed: ciphers.allowed, preferred: ciphers.preferred },
    hostNetwork: wishes.hostNetwork,
    requireMsgr2: wishes.requireMsgr2,
    mons: mons.mons,
    startFirst: existing.startFirst,
    mgrs,
    osds,
    settings: wishes.settings,
    dashboard: wishes.dashboard,
    crashCollectorNodes: collectors.nodes,
    disks: rows,
  };
}

const tracesOf = ({ cluster, wishes, facts, remembered, existingMons, daemons, secrets }: BootstrapObservation) => ({
  cluster,
  dataDir: wishes.dataDir,
  facts,
  rememberedFsid: remembered?.fsid ?? null,
  placedMons: existingMons,
  daemons: daemons.filter(({ serves }) => serves).length,
  secrets,
});

function monCandidates({ hosts, facts, wishes }: BootstrapObservation): MonCandidate[] {
  return hosts
    .filter(({ node, monRefusal }) => monRefusal === null && facts.some((fact) => fact.node === node))
    .map(({ node, internalIp, labels }) => ({
      node,
      internalIp,
      failureDomain: labels[wishes.monFailureDomainLabel] ?? node,
    }))
    .toSorted((a, b) => (a.node < b.node ? -1 : 1));
}

function judgeStorage(seen: BootstrapObservation) {
  const { cluster, wishes, hosts, facts, fsid, ceph, allowLoopDevices } = seen;
  const storageHosts = hosts.filter(({ osdRefusal }) => osdRefusal === null);
  const isStorage = (node: string) => storageHosts.some((host) => host.node === node);
  // All hosts are judged together: a disk that a host without storage sees as well may be mounted there.
  const nodes: NodeDisks[] = facts.map(({ node, disks }) => ({
    node,
    disks: selectDisks(wishes.storage, hostnameOf(hosts, node), disks),
  }));
  const judged = judgeDisks({
    cluster,
    nodes,
    cephFsid: fsid.exists ? fsid.value : null,
    osds: knownOsds(seen),
    mapIsKnown: ceph.reachable,
    allowLoopDevices,
    expectedUuid: (node, diskId) => osdUuid(fsid.value, node, diskId),
    removed: seen.removed,
    suspects: suspectOsds(ceph.reachable ? ceph.health.checks : []),
  });
  const ours = judged.filter(({ node }) => isStorage(node));
  const rows = ceph.reachable ? ours : ours.map(withoutAdviceToWipe);
  const osds = plannedOsds(
    fsid.value,
    storageHosts.map((host) => ({ ...host, disks: nodes.find(({ node }) => node === host.node)?.disks ?? [] })),
    rows,
  );
  const asked = wantsStorage(wishes.storage);
  return { rows, osds, findings: asked && osds.length === 0 ? [noEligibleDevice(rows)] : [] };
}

/** Only the map tells whether an OSD of this cluster is a former one; while no mon answers its data may be all that is left. */
const withoutAdviceToWipe = (row: DiskRow): DiskRow =>
  row.reasons.includes('STALE_OSD')
    ? { ...row, remedy: 'none: Ceph does not answer, so it is not known whether this OSD is still one of the cluster' }
    : row;

/** A mon keeps its host for life, so without the host the steps that make and start it could never end. */
function goneMonHosts({ existingMons, hosts }: BootstrapObservation): Finding[] {
  const gone = existingMons.filter((mon) => !hosts.some(({ node }) => node === mon.node));
  return gone.map(({ id, node }) => ({
    code: 'MON_HOST_GONE',
    severity: 'blocking',
    because: `mon.${id} was placed on ${node}, a host that Kubernetes does not know any more.`,
    remedy: `Bring ${node} back and send retry. Where the cluster holds no data yet, tear it down and start again.`,
    target: `mon.${id}@${node}`,
  }));
}

const hostnameOf = (hosts: PlannedHost[], node: string): string =>
  hosts.find((host) => host.node === node)?.hostname ?? node;

const wantsStorage = (storage: StorageChoice): boolean =>
  storage.useAllNodes === true || (storage.nodes ?? []).length > 0;

/** What of the plan is there already. */
export function existingParts(
  seen: BootstrapObservation,
  mons: PlannedMon[],
  mgrs: string[],
  osds: PlannedOsd[],
  collectors: CrashCollectors,
): ExistingParts {
  const { ceph, fsid, existing } = seen;
  const { mgrDeployments, mgrNodes: _, crashCollectors, ...rest } = existing;
  const quorum = ceph.reachable ? ceph.mons.quorum : [];
  const labels = labelsOn(seen.facts);
  const carries = (uuid: string, state: 'ready' | 'unfinished') =>
    labels.some(({ osdUuid: on, ready }) => on === uuid && ready === (state === 'ready'));
  const uuids = osds.map(({ osdUuid: uuid }) => uuid);
  const madeOsds = uuids.filter((uuid) => carries(uuid, 'ready'));
  const monStores = mons.filter((mon) => hasStore(seen, mon)).map(({ id }) => id);
  return {
    ...rest,
    crashCollectors: asWanted(collectors, crashCollectors),
    identity: fsid.exists,
    monStores,
    startFirst: startFirst(seen, mons, monStores),
    quorum: mons.length > 0 && mons.every(({ id }) => quorum.includes(id)),
    mgrs: mgrs.every((id) => mgrDeployments.includes(id)) && ceph.reachable && ceph.mgr.available,
    runningOsds: ceph.reachable ? ceph.osds.filter((osd) => osd.up).map(({ uuid }) => uuid) : [],
    madeOsds,
    halfMadeOsds: uuids.filter((uuid) => !madeOsds.includes(uuid) && carries(uuid, 'unfinished')),
  };
}

function summarise(cluster: string, steps: number, mons: number, osds: number): string {
  if (steps === 0)
    return `${cluster} is what the document asks for: ${mons} mons, ${osds} OSDs. There is nothing to do.`;
  return `${cluster} will have ${mons} mons and ${osds} OSDs, in ${steps} steps.`;
}
