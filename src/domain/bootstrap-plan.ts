import type { BootstrapPlan, PlannedMon } from '../contract/bootstrap.ts';
import type { ClusterState } from '../contract/ceph-activities.ts';
import type { DiskRow } from '../contract/disk.ts';
import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';
import { bootstrapSteps, type ExistingParts } from './bootstrap-steps.ts';
import { selectDisks, type StorageChoice } from './disk-selection.ts';
import { judgeDisks, type NodeDisks } from './disk-verdict.ts';
import { monId, placeMons, type MonCandidate } from './mon-placement.ts';
import { osdUuid } from './osd-uuid.ts';
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
  existing: Omit<ExistingParts, 'identity' | 'monStores' | 'quorum' | 'mgrs' | 'runningOsds'> & {
    mgrDeployments: string[];
  };
  allowLoopDevices: boolean;
  /** From document, namespace and nodes. */
  findings: Finding[];
}

/** The whole decision of bootstrap: which mons, mgrs and OSDs where, why every other disk is left alone, and what is missing. Pure. */
export function planBootstrap(seen: BootstrapObservation): BootstrapPlan {
  const { cluster, wishes, fsid, ceph } = seen;
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
  const cephVersion = commonVersion(seen.facts);
  const ciphers = decideCiphers({
    version: cephVersion,
    allowedCiphers: wishes.allowedCiphers,
    kernelVersions: Object.fromEntries(seen.facts.map(({ node, kernelVersion }) => [node, kernelVersion])),
  });
  const findings = [
    ...seen.findings,
    ...judgeImageVersion(cephVersion, wishes.allowUnsupported ? 'allow-unsupported' : 'supported-only').findings,
    ...mixedImages(seen.facts),
    ...(ciphers.finding === undefined ? [] : [ciphers.finding]),
    ...mons.findings,
    ...findStaleState(seen.facts, fsid.exists ? fsid.value : null),
    ...diskFindings,
  ];
  const existing = existingParts(seen, mons.mons, mgrs);
  const steps = bootstrapSteps({
    mons: mons.mons,
    mgrs,
    osds,
    settings: wishes.settings,
    dashboard: wishes.dashboard,
    existing,
  });
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
    nodes: seen.facts.map(({ node }) => node).toSorted(),
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
  const seen = facts.filter(({ node }) => storageHosts.some((host) => host.node === node));
  const nodes: NodeDisks[] = seen.map(({ node, disks }) => ({
    node,
    disks: selectDisks(wishes.storage, hostnameOf(hosts, node), disks),
  }));
  const rows = judgeDisks({
    nodes,
    cephFsid: fsid.exists ? fsid.value : null,
    osds: ceph.reachable ? ceph.osds.map((osd) => ({ osdId: osd.id, osdUuid: osd.uuid, node: osd.host ?? '' })) : [],
    allowLoopDevices,
    expectedUuid: (node, diskId) => osdUuid(fsid.value, node, diskId),
  });
  const osds = plannedOsds(
    fsid.value,
    storageHosts.map((host) => ({ ...host, disks: nodes.find(({ node }) => node === host.node)?.disks ?? [] })),
    rows,
  );
  const asked = wantsStorage(wishes.storage);
  return { rows, osds, findings: asked && osds.length === 0 ? [noEligibleDevice(rows)] : [] };
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

/** All agents run the cluster's image, so they agree; where they do not, the oldest counts and a finding says so. */
const commonVersion = (facts: HostFacts[]): string => facts.map(({ cephVersion }) => cephVersion).toSorted()[0] ?? '';

function mixedImages(facts: HostFacts[]): Finding[] {
  const versions = [...new Set(facts.map(({ cephVersion }) => cephVersion))].sort();
  if (versions.length < 2) return [];
  return [
    {
      code: 'MIXED_AGENT_IMAGES',
      severity: 'blocking',
      because: `The agents run different Ceph versions: ${versions.join(', ')}.`,
      remedy:
        "Delete the agent pods of the older version so that they start with the document's image, then send retry.",
    },
  ];
}

function existingParts(seen: BootstrapObservation, mons: PlannedMon[], mgrs: string[]): ExistingParts {
  const { ceph, facts, fsid, existing } = seen;
  const { mgrDeployments, ...rest } = existing;
  const stores = facts
    .flatMap(({ leftovers }) => leftovers)
    .filter(({ kind, complete }) => kind === 'mon-store' && complete);
  const quorum = ceph.reachable ? ceph.mons.quorum : [];
  return {
    ...rest,
    identity: fsid.exists,
    monStores: stores.filter(({ cephFsid }) => cephFsid === fsid.value).map(({ name }) => name),
    quorum: mons.length > 0 && mons.every(({ id }) => quorum.includes(id)),
    mgrs: mgrs.every((id) => mgrDeployments.includes(id)) && ceph.reachable && ceph.mgr.available,
    runningOsds: ceph.reachable ? ceph.osds.filter((osd) => osd.up && osd.in).map(({ uuid }) => uuid) : [],
  };
}

function summarise(cluster: string, steps: number, mons: number, osds: number): string {
  if (steps === 0)
    return `${cluster} is what the document asks for: ${mons} mons, ${osds} OSDs. There is nothing to do.`;
  return `${cluster} will have ${mons} mons and ${osds} OSDs, in ${steps} steps.`;
}
