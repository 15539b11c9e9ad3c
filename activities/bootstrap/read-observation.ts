import type { PlanBootstrapInput } from '../../src/contract/bootstrap-activities.ts';
import type { HostFacts } from '../../src/contract/host.ts';
import type { BootstrapObservation, BootstrapWishes, PlannedHost } from '../../src/domain/bootstrap-plan.ts';
import { settingNames } from '../../src/domain/setting-names.ts';
import { failure } from '../../src/errors.ts';
import type { NodeFacts } from '../../src/kubernetes/node-facts.ts';
import { nodeFits } from '../../src/kubernetes/node-fit.ts';
import { usesHostNetwork } from '../../src/manifests/cluster-context.ts';
import type { CephClusterSpec } from '../../src/spec/ceph-cluster.ts';
import { placementFor } from '../../src/spec/effective.ts';
import { requireDocument } from '../documents/cluster-document.ts';
import { readRemoved } from '../osds/removed-disks.ts';
import { readHostFacts } from '../operations/host-observations.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { readHealthSchedule } from '../schedules/health-schedule.ts';
import { readExistingParts } from './existing-parts.ts';

/** Everything that plans of daemons and disks rest on: the document, what the agents wrote under this look, what Kubernetes holds. Reads only. */
export async function readObservation(deps: OpsDeps, input: PlanBootstrapInput): Promise<BootstrapObservation> {
  const { cluster, nodes, observation } = input;
  return observeWith(deps, input, await readHostFacts(deps.kubernetes, { cluster, nodes, observation }));
}

/** The same with facts of hosts that were read before. */
export async function observeWith(
  deps: OpsDeps,
  input: Omit<PlanBootstrapInput, 'observation'>,
  facts: HostFacts[],
): Promise<BootstrapObservation> {
  const { cluster, ceph } = input;
  const { kubernetes } = deps;
  const document = await requireDocument(kubernetes, cluster);
  const nodes = await kubernetes.nodes();
  requireSameHosts(facts, nodes);
  const found = await readExistingParts(kubernetes, cluster, document, ceph);
  const watch = await readHealthSchedule(deps.temporal, cluster);
  return {
    cluster,
    document: { generation: document.generation, hash: document.hash },
    wishes: wishesOf(document.spec),
    hosts: nodes.map((node) => plannedHost(document.spec, node)),
    facts,
    ceph,
    fsid: found.fsid === null ? { value: input.proposedFsid, exists: false } : { value: found.fsid, exists: true },
    existingMons: found.mons,
    remembered: found.remembered,
    daemons: found.daemons,
    secrets: found.secrets,
    agents: found.agents,
    removed: await readRemoved(kubernetes, cluster),
    existing: { ...found.existing, watch },
    allowLoopDevices: deps.allowLoopDevices,
    findings: [...document.findings, ...input.findings],
  };
}

/** A host that was reinstalled under its old name is another host: its disks and stores are not those that were planned with. */
function requireSameHosts(facts: HostFacts[], nodes: NodeFacts[]): void {
  for (const { node, machineId } of facts) {
    const known = nodes.find(({ name }) => name === node)?.machineId;
    if (known !== undefined && known !== '' && machineId !== '' && known !== machineId)
      throw failure(
        'HOST_SILENT',
        `The agent on ${node} sees machine id ${machineId}, but Kubernetes knows ${node} as ${known}`,
      );
  }
}

function plannedHost(spec: CephClusterSpec, node: NodeFacts): PlannedHost {
  const refusal = (daemon: 'mon' | 'osd'): string | null => {
    if (!node.ready) return `${node.name}: not ready`;
    const fit = nodeFits(node, placementFor(spec, daemon));
    return fit.fits ? null : fit.reasons.join('; ');
  };
  const { name, hostname, internalIp, labels, kernelVersion } = node;
  return {
    node: name,
    hostname,
    internalIp,
    labels,
    kernelVersion,
    monRefusal: refusal('mon'),
    osdRefusal: refusal('osd'),
    ...(isAway(spec, node) ? { awaySince: { since: node.readyChangedAt ?? null } } : {}),
  };
}

/** Taints that Kubernetes puts on a host because it is not ready; they go with that. */
const OUTAGE = /^node\.kubernetes\.io\/(not-ready|unreachable|network-unavailable)$/;

const isAway = (spec: CephClusterSpec, node: NodeFacts): boolean =>
  !node.ready &&
  nodeFits({ ...node, taints: node.taints.filter(({ key }) => !OUTAGE.test(key)) }, placementFor(spec, 'mon')).fits;

const wishesOf = (spec: CephClusterSpec): BootstrapWishes => ({
  image: spec.cephVersion.image,
  allowUnsupported: spec.cephVersion.allowUnsupported,
  dataDir: spec.dataDirHostPath,
  monCount: spec.mon.count,
  monSharing: spec.mon.allowMultiplePerNode ? 'many-per-node' : 'one-per-node',
  monFailureDomainLabel: spec.mon.failureDomainLabel ?? 'topology.kubernetes.io/zone',
  mgrCount: spec.mgr.count,
  hostNetwork: usesHostNetwork(spec),
  requireMsgr2: spec.network.connections.requireMsgr2,
  allowedCiphers: spec.security.cephx.allowedCiphers ?? [],
  storage: spec.storage,
  settings: settingNames(spec.cephConfig),
  dashboard: spec.dashboard.enabled,
  crashCollectors: spec.crashCollector.disable ? null : { daysToRetain: spec.crashCollector.daysToRetain ?? 0 },
});
