import type { AddDiskPlan } from '../contract/add-disk.ts';
import type { PlannedOsd } from '../contract/bootstrap.ts';
import type { DiskRow } from '../contract/disk.ts';
import type { Finding } from '../contract/finding.ts';
import type { RemovedDisk } from '../contract/osd-activities.ts';
import type { PlanStep } from '../contract/plan.ts';
import { existingParts, planBootstrap, type BootstrapObservation } from './bootstrap-plan.ts';
import { collectCrashes, createOsds, type ExistingParts } from './bootstrap-steps.ts';
import { wantedCollectors } from './crash-collectors.ts';
import { judgeHealth } from './health.ts';
import { gib } from './gib.ts';
import { hashPlan } from './plan-hash.ts';
import { harmless } from './plan-steps.ts';

const OPERATION = 'add-disk';

export interface AddDiskRequest {
  node: string;
  /** Identities; every disk of the host that can be an OSD where it is left out. */
  devices?: string[] | undefined;
  /** Identities of disks that are left alone. */
  except?: readonly string[] | undefined;
  /** Uuids of OSDs that run and are not finished: gone on with. */
  unfinished?: readonly string[];
}

/**
 * What bootstrap would do on one host, and nothing else of it: same rows, same OSDs, same uuids. A disk that is named must be usable; one
 * that carries a running OSD already is no fault, because the operation may be started again. Pure.
 */
export function planAddDisk(
  observed: BootstrapObservation,
  { node, devices, except = [], unfinished = [] }: AddDiskRequest,
): AddDiskPlan {
  const isNamed = ({ node: on, disk }: RemovedDisk) => on === node && disk !== null && devices?.includes(disk) === true;
  // Naming a disk whose OSD was removed is the wish to have it again.
  const seen = { ...observed, removed: observed.removed.filter((one) => !isNamed(one)) };
  const { cluster } = seen;
  const whole = planBootstrap(seen);
  const running = seen.ceph.reachable ? seen.ceph.osds.filter(({ up }) => up).map(({ uuid }) => uuid) : [];
  const isAsked = ({ node: on, diskId }: PlannedOsd) =>
    on === node && (devices ?? [diskId]).includes(diskId) && !except.includes(diskId);
  // The document may want one without weight.
  const isUnfinished = ({ osdUuid, initialWeight }: PlannedOsd) => unfinished.includes(osdUuid) && initialWeight !== 0;
  const isRunning = (osd: PlannedOsd) => running.includes(osd.osdUuid) && !isUnfinished(osd);
  const osds = whole.osds.filter((osd) => isAsked(osd) && !isRunning(osd));
  const collectors = wantedCollectors(
    seen.wishes.crashCollectors,
    [...whole.mons, ...whole.osds.filter(isRunning), ...osds],
    seen.existing.mgrNodes,
  );
  const rows = whole.disks.filter((row) => row.node === node);
  const findings = [
    ...whole.findings.filter(({ code }) => code !== 'NO_ELIGIBLE_DEVICE'),
    ...clusterFindings(seen),
    ...hostFindings(seen, node),
    ...(devices ?? []).flatMap((id) => deviceFindings(node, id, rows)),
    ...observed.removed.filter(isNamed).flatMap((one) => stillLabelled(observed, node, one)),
  ];
  const existing = existingParts(seen, whole.mons, whole.mgrs, osds, collectors);
  const forgets = observed.removed.filter(isNamed).flatMap(({ disk }) => (disk === null ? [] : [{ node, disk }]));
  const steps = osds.length === 0 ? [] : stepsFor({ node, osds, existing, collectors: collectors.nodes, forgets });
  return {
    ...whole,
    operation: OPERATION,
    hash: hashPlan({ operation: OPERATION, cluster, steps, findings }),
    summary: summarise(node, osds, rows),
    steps,
    findings,
    node,
    forgets,
    osds,
    crashCollectorNodes: collectors.nodes,
  };
}

interface Judged {
  node: string;
  osds: PlannedOsd[];
  existing: ExistingParts;
  collectors: string[];
  forgets: AddDiskPlan['forgets'];
}

function stepsFor({ node, osds, existing, collectors, forgets }: Judged): PlanStep[] {
  const names = osds.map(({ diskId }) => `${node}:${diskId}`);
  return [
    harmless('remember-host', [node], `remember ${node} as a host of the cluster, so that teardown finds it`),
    ...(forgets.length === 0
      ? []
      : [
          harmless(
            'forget-removed',
            forgets.map(({ disk }) => `${node}:${disk}`),
            'forget that OSDs were removed from these disks, because they are added on purpose',
          ),
        ]),
    createOsds(node, osds, existing),
    ...(existing.crashCollectors ? [] : [collectCrashes(collectors)]),
    harmless('verify', names, 'wait until each new OSD is up, in, of its class and in its place of the CRUSH map'),
    harmless('report-status', ['document'], "write the outcome to the document's status"),
  ];
}

/** What must hold of the cluster before data moves to a new OSD. Source of the codes: Ceph's health checks of 16 to 20. */
function clusterFindings({ cluster, fsid, ceph, wishes }: BootstrapObservation): Finding[] {
  if (!fsid.exists)
    return [
      {
        code: 'CLUSTER_NOT_MADE',
        severity: 'blocking',
        because: `There is no cluster in ${cluster} that a disk could be added to: it has no identity.`,
        remedy: 'Start bootstrap, which makes the OSDs as well.',
        target: cluster,
      },
    ];
  if (!ceph.reachable) return [notServing(cluster, ceph.reason)];
  const lacking = ceph.mons.all.filter((mon) => !ceph.mons.quorum.includes(mon));
  const { findings } = judgeHealth(OPERATION, ceph.health.checks, {
    moment: 'before',
    aesAllowedBecause: 'its keys are as they were',
    plannedOsds: wishes.storage.useAllNodes === true ? 1 : (wishes.storage.nodes?.length ?? 0),
  });
  return [
    ...(lacking.length === 0 ? [] : [notServing(cluster, `mon.${lacking.join(', mon.')} is not in quorum`)]),
    ...(ceph.mgr.available ? [] : [notServing(cluster, 'no mgr is active')]),
    // Codes that come and go would give every look another hash, so only what holds it up is part of the plan.
    ...findings.filter(({ severity }) => severity === 'blocking'),
  ];
}

const notServing = (cluster: string, because: string): Finding => ({
  code: 'CLUSTER_NOT_SERVING',
  severity: 'blocking',
  because: `No disk can be added to ${cluster} now: ${because}.`,
  remedy: 'Cure that first, then send retry.',
  target: cluster,
});

function hostFindings({ hosts, facts }: BootstrapObservation, node: string): Finding[] {
  const host = hosts.find((one) => one.node === node);
  if (host === undefined)
    return [notForOsds(node, `Kubernetes knows no host ${node}`, 'Start it again with the name of a host.')];
  if (host.awaySince !== undefined) return [needed(node, host.awaySince.since)];
  if (host.osdRefusal !== null)
    return [notForOsds(node, host.osdRefusal, 'Correct the placement of the document or the host, then send retry.')];
  if (!facts.some((fact) => fact.node === node))
    return [
      notForOsds(
        node,
        `${node} has no agent of this cluster`,
        'Look at the DaemonSet cephflow-agent, then send retry.',
      ),
    ];
  return [];
}

const notForOsds = (node: string, because: string, remedy: string): Finding => ({
  code: 'HOST_NOT_FOR_OSDS',
  severity: 'blocking',
  because: `No OSD can be made on ${node}: ${because}.`,
  remedy,
  target: node,
});

const needed = (node: string, since: string | null): Finding => ({
  code: 'HOST_NEEDED',
  severity: 'blocking',
  because: `Kubernetes says that ${node} is not ready${since === null ? '' : ` since ${since}`}, and its disks are to be added.`,
  remedy: `Bring ${node} back; the plan is then made by itself.`,
  target: node,
  ...(since === null ? {} : { evidence: since }),
});

function deviceFindings(node: string, id: string, rows: DiskRow[]): Finding[] {
  const target = `${node}:${id}`;
  const row = rows.find((one) => one.id === id);
  if (row === undefined)
    return [
      {
        code: 'DISK_NOT_FOUND',
        severity: 'blocking',
        because: `${node} has no disk ${id}; it has ${rows.map(({ id: has, path }) => has ?? path).join(', ') || 'none'}.`,
        remedy:
          'Start it again with an identity of the device table (cephflow devices), or plug the disk in and send retry.',
        target,
      },
    ];
  if (row.verdict === 'eligible' || row.osdUuid !== undefined) return [];
  return [
    {
      code: 'DISK_NOT_ELIGIBLE',
      severity: 'blocking',
      because: `Disk ${row.path} (${id}) of ${node} cannot become an OSD: ${row.reasons.join(', ')}: ${row.evidence.join('; ')}.`,
      remedy: row.remedy,
      target,
    },
  ];
}

/** Ceph does not know that OSD any more, so what is on the disk can be neither used nor written over unseen. */
function stillLabelled({ facts }: BootstrapObservation, node: string, { disk, osdId }: RemovedDisk): Finding[] {
  const there = facts.find((host) => host.node === node)?.disks.find(({ id }) => id === disk);
  if (there === undefined || there.labels.length === 0) return [];
  return [
    {
      code: 'DISK_NOT_ELIGIBLE',
      severity: 'blocking',
      because: `Disk ${there.path} (${disk}) of ${node} still carries the data of osd.${osdId}, which was removed.`,
      remedy: `Wipe it with remove-disk, {"osd":${osdId},"wipe":true}; then send retry.`,
      target: `${node}:${disk}`,
    },
  ];
}

function summarise(node: string, osds: PlannedOsd[], rows: DiskRow[]): string {
  const room = gib(osds.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  if (osds.length > 0)
    return `Makes ${osds.length} OSDs on ${node} with ${room}: ${osds.map(({ path }) => path).join(', ')}.`;
  const made = rows.filter(({ osdUuid }) => osdUuid !== undefined).length;
  return `There is nothing to add on ${node}: ${made} of its ${rows.length} disks carry OSDs of the cluster, and none of the others can become one; "cephflow devices" says why.`;
}
