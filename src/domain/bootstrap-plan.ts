import type { BootstrapPlan, PlannedMon, PlannedOsd } from '../contract/bootstrap.ts';
import type { ClusterState } from '../contract/ceph-activities.ts';
import type { BlueStoreLabel, DiskRow } from '../contract/disk.ts';
import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';
import { commonVersion, mixedAgents, type AgentPod } from './agent-images.ts';
import { bootstrapSteps, type ExistingParts } from './bootstrap-steps.ts';
import { changedDataDir, type RememberedCluster } from './data-dir.ts';
import { selectDisks, type StorageChoice } from './disk-selection.ts';
import { judgeDisks, type NodeDisks } from './disk-verdict.ts';
import { monId, placeMons, type MonCandidate } from './mon-placement.ts';
import { orphanOsds } from './orphan-osds.ts';
import { osdUuid } from './osd-uuid.ts';
import { otherImages, type DeployedDaemon } from './other-images.ts';
import { hashPlan } from './plan-hash.ts';
import { plannedOsds } from './planned-osds.ts';
import { findStaleState } from './stale-state.ts';
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
  /** Every agent that is ready. */
  agents: AgentPod[];
  existing: Omit<
    ExistingParts,
    'identity' | 'monStores' | 'quorum' | 'mgrs' | 'runningOsds' | 'madeOsds' | 'halfMadeOsds'
  > & {
    mgrDeployments: string[];
  };
  allowLoopDevices: boolean;
  /** From document, namespace and nodes. */
  findings: Finding[];
}

/** The whole decision of bootstrap: which mons, mgrs and OSDs where, why every other disk is left alone, and what is missing. Pure. */
export function planBootstrap(seen: BootstrapObservation): BootstrapPlan {
  const { cluster, wishes, fsid, ceph, facts, daemons, agents, remembered } = seen;
  const mons = placeMons({
    count: wishes.monCount,
    sharing: wishes.monSharing,
    hostNetwork: wishes.hostNetwork,
    candidates: monCandidates(seen),
    existing: seen.existingMons,
    leftOut: seen.hosts.flatMap(({ monRefusal }) => (monRefusal === null ? [] : [monRefusal])),
  });
  const mgrs = Array.from({ length: wishes.mgrCount }, (_, index) => monId(index));
  const { rows, osds, findings: diskFindings } = judgeStorage(seen);
  const cephVersion = commonVersion(facts);
  const ciphers = decideCiphers({
    version: cephVersion,
    allowedCiphers: wishes.allowedCiphers,
    kernelVersions: Object.fromEntries(facts.map(({ node, kernelVersion }) => [node, kernelVersion])),
  });
  const existing = existingParts(seen, mons.mons, mgrs, osds);
  const steps = bootstrapSteps({
    mons: mons.mons,
    mgrs,
    osds,
    settings: wishes.settings,
    dashboard: wishes.dashboard,
    document: seen.document.hash,
    existing,
  });
  const findings = [
    ...seen.findings,
    ...judgeImageVersion(cephVersion, wishes.allowUnsupported ? 'allow-unsupported' : 'supported-only').findings,
    ...mixedAgents(cluster, wishes.image, agents, facts),
    ...otherImages({ image: wishes.image, cephVersion, daemons, ceph, steps }),
    ...changedDataDir(remembered, fsid.exists ? fsid.value : null, wishes.dataDir),
    ...(ciphers.finding === undefined ? [] : [ciphers.finding]),
    ...mons.findings,
    ...goneMonHosts(seen),
    ...findStaleState(facts, fsid.exists ? fsid.value : null),
    ...diskFindings,
    ...orphanOsds(ceph, facts, osds, daemons),
    ...lostMons(seen, mons.mons, existing),
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
    mgrs,
    osds,
    settings: wishes.settings,
    dashboard: wishes.dashboard,
    disks: rows,
  };
}

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

function judgeStorage({ wishes, hosts, facts, fsid, ceph, allowLoopDevices }: BootstrapObservation) {
  const storageHosts = hosts.filter(({ osdRefusal }) => osdRefusal === null);
  const isStorage = (node: string) => storageHosts.some((host) => host.node === node);
  // All hosts are judged together: a disk that a host without storage sees as well may be mounted there.
  const nodes: NodeDisks[] = facts.map(({ node, disks }) => ({
    node,
    disks: selectDisks(wishes.storage, hostnameOf(hosts, node), disks),
  }));
  const judged = judgeDisks({
    nodes,
    cephFsid: fsid.exists ? fsid.value : null,
    osds: ceph.reachable ? ceph.osds.map((osd) => ({ osdId: osd.id, osdUuid: osd.uuid, node: osd.host ?? '' })) : [],
    allowLoopDevices,
    expectedUuid: (node, diskId) => osdUuid(fsid.value, node, diskId),
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

function noEligibleDevice(rows: DiskRow[]): Finding {
  const lines = rows
    .slice(0, 12)
    .map(({ node, path, reasons, remedy }) => `${node}:${path} ${reasons.join(',')} (${remedy})`);
  const more = rows.length > 12 ? `; and ${rows.length - 12} more` : '';
  return {
    code: 'NO_ELIGIBLE_DEVICE',
    severity: 'blocking',
    because: `The document asks for storage, but none of ${rows.length} disks can become an OSD: ${lines.join('; ')}${more}.`,
    remedy: 'Free or add a disk as the table says ("cephflow devices"), then send retry.',
    target: 'storage',
  };
}

function existingParts(
  seen: BootstrapObservation,
  mons: PlannedMon[],
  mgrs: string[],
  osds: PlannedOsd[],
): ExistingParts {
  const { ceph, fsid, existing } = seen;
  const { mgrDeployments, ...rest } = existing;
  const quorum = ceph.reachable ? ceph.mons.quorum : [];
  const labels = labelsOn(seen.facts);
  const carries = (uuid: string, state: 'ready' | 'unfinished') =>
    labels.some(({ osdUuid: on, ready }) => on === uuid && ready === (state === 'ready'));
  const uuids = osds.map(({ osdUuid: uuid }) => uuid);
  const madeOsds = uuids.filter((uuid) => carries(uuid, 'ready'));
  return {
    ...rest,
    identity: fsid.exists,
    monStores: mons.filter((mon) => hasStore(seen, mon)).map(({ id }) => id),
    quorum: mons.length > 0 && mons.every(({ id }) => quorum.includes(id)),
    mgrs: mgrs.every((id) => mgrDeployments.includes(id)) && ceph.reachable && ceph.mgr.available,
    runningOsds: ceph.reachable ? ceph.osds.filter((osd) => osd.up).map(({ uuid }) => uuid) : [],
    madeOsds,
    halfMadeOsds: uuids.filter((uuid) => !madeOsds.includes(uuid) && carries(uuid, 'unfinished')),
  };
}

/** Every copy of a BlueStore label on every disk of the hosts. */
const labelsOn = (facts: HostFacts[]): BlueStoreLabel[] =>
  facts.flatMap(({ disks }) => disks.flatMap(({ labels }) => labels));

/** A store counts for a mon only on that mon's own host. */
const hasStore = ({ facts, fsid }: BootstrapObservation, { id, node }: PlannedMon): boolean =>
  facts.some(
    (host) =>
      host.node === node &&
      host.leftovers.some(
        ({ kind, complete, cephFsid, name }) =>
          kind === 'mon-store' && complete && cephFsid === fsid.value && name === id,
      ),
  );

/**
 * Complete OSDs of ours on the disks, Ceph silent, and so few mon stores left that new ones would have the majority: they would form a
 * quorum of their own with empty maps, and the data on the OSDs could not be reached any more. Bringing mons back from OSDs or from a
 * single store is not built.
 */
function lostMons({ ceph, facts, fsid }: BootstrapObservation, mons: PlannedMon[], existing: ExistingParts): Finding[] {
  if (ceph.reachable || !fsid.exists) return [];
  const labels = labelsOn(facts);
  const complete = new Set(
    labels.filter((label) => label.ready && label.cephFsid === fsid.value).map((label) => label.osdUuid),
  );
  const missing = mons.filter(({ id }) => !existing.monStores.includes(id));
  if (complete.size === 0 || missing.length <= Math.floor((mons.length - 1) / 2)) return [];
  const named = missing.map(({ id, node }) => `mon.${id}@${node}`).join(', ');
  return [
    {
      code: 'MON_STORES_LOST',
      severity: 'blocking',
      because: `Ceph does not answer, ${complete.size} complete OSDs of ${fsid.value} are on the disks, and the stores of ${named} are missing: new ones would be another, empty cluster.`,
      remedy:
        'Bring the hosts with the mon stores back (also check that dataDirHostPath is the old one), then send retry.',
      target: named,
    },
  ];
}

function summarise(cluster: string, steps: number, mons: number, osds: number): string {
  if (steps === 0)
    return `${cluster} is what the document asks for: ${mons} mons, ${osds} OSDs. There is nothing to do.`;
  return `${cluster} will have ${mons} mons and ${osds} OSDs, in ${steps} steps.`;
}
