import type { Finding } from '../contract/finding.ts';
import type { PlanStep } from '../contract/plan.ts';
import { owedOf, type OwnedDisk, type TeardownPlan } from '../contract/teardown.ts';
import { judgeOwed, unseenHosts as unseenAmong, type JudgedOwed } from './owed-hosts.ts';
import { withOwed } from './owed-steps.ts';
import { hashPlan } from './plan-hash.ts';
import { judgeDirectories } from './teardown-directories.ts';
import { judgeDisks } from './teardown-disks.ts';
import type { ObservedTeardown } from './teardown-observation.ts';
import { teardownSteps } from './teardown-steps.ts';
import { findUsers, lossesOf } from './teardown-use.ts';

const OPERATION = 'teardown';

/**
 * What teardown with data destroyed will do to what was observed. Only disks and directories that carry the cluster's own fsid are ever
 * a target; without a known fsid there is none. A plan without steps means that nothing of the cluster is left. Pure.
 */
export function planTeardown(observed: ObservedTeardown): TeardownPlan {
  const { cluster, dataDir, hosts, ceph, objects } = observed;
  const fsid = fsidOf(observed);
  const disks = judgeDisks(hosts, fsid);
  const directories = judgeDirectories(hosts, { cluster, fsid, placedMons: objects.placedMons });
  const owed = judgeOwed({
    fsid,
    dataDir,
    remembered: rememberedOf(observed, fsid),
    owed: observed.owed,
    hosts,
    lastLooks: observed.lastLooks,
    diskFindings: disks.findings.filter(({ code }) => STAYING_DISKS.includes(code)),
    waive: observed.waive,
  });
  const findings = [
    ...observed.findings,
    ...identityFindings(observed, fsid),
    ...operatorFindings(observed),
    ...findUsers(ceph, objects.volumes),
    ...(ceph?.reachable ? ceph.findings : []),
    ...disks.findings,
    ...directories.findings,
    ...owed.findings,
  ];
  const left = owedOf(findings, observed.waive);
  const steps = stepsOf(observed, { disks: disks.owned, directories: directories.owned, owed, left });
  return {
    operation: OPERATION,
    cluster,
    hash: hashPlan({ operation: OPERATION, cluster, steps, findings, goingFsid: fsid }),
    summary: summaryOf({ cluster, fsid, steps, disks: disks.owned, left }),
    steps,
    findings,
    fsid,
    dataDir,
    nodes: hosts.map(({ node }) => node).toSorted(),
    disks: disks.owned,
    losses: steps.length === 0 ? [] : lossesOf(ceph, objects.volumes),
    monStores: directories.monStores,
    owes: owed.owes,
    carries: owed.carries,
    pays: owed.pays,
    settles: owed.settles,
  };
}

interface Judged {
  disks: OwnedDisk[];
  directories: { node: string; path: string }[];
  owed: JudgedOwed;
  /** What stays owed. */
  left: string[];
}

function stepsOf(observed: ObservedTeardown, { disks, directories, owed, left }: Judged): PlanStep[] {
  const { cluster, hosts, objects, schedule, agentsAdded, remembered } = observed;
  const workloads = objects.workloads.toSorted();
  const others = objects.others.toSorted();
  return withOwed({
    steps: teardownSteps({ hosts, workloads, disks, directories, others, schedule, agentsAdded }),
    owed,
    record: remembered !== null && left.length === 0 ? 'last' : 'needed',
    cluster,
  });
}

/** Disks of the cluster, or disks that may be, which stay as they are. */
const STAYING_DISKS = ['OWN_DISK_NOT_WIPED', 'DISK_UNREADABLE'];

/** Hosts, machines and directory of another cluster say nothing about this one. */
const rememberedOf = ({ remembered }: ObservedTeardown, fsid: string | null): ObservedTeardown['remembered'] =>
  remembered === null || remembered.fsid === null || remembered.fsid === fsid ? remembered : null;

/** The identity Secret first; what was remembered, and at last what Ceph itself says, where an earlier teardown took the Secret. */
export const fsidOf = ({ objects, remembered, ceph, owed }: ObservedTeardown): string | null =>
  objects.fsid ?? remembered?.fsid ?? ceph?.fsid ?? owed[0]?.fsid ?? null;

export function identityFindings(
  { cluster, objects, remembered, ceph, hosts }: ObservedTeardown,
  fsid: string | null,
): Finding[] {
  const findings: Finding[] = [];
  if (fsid === null && hosts.length > 0)
    findings.push({
      code: 'NO_IDENTITY',
      severity: 'warning',
      because: `no fsid of ${cluster} is known (no Secret rook-ceph-mon, nothing remembered), so no disk and no directory is touched`,
    });
  if (ceph?.reachable && fsid !== null && ceph.fsid !== fsid)
    findings.push({
      code: 'IDENTITY_CONFLICT',
      severity: 'blocking',
      because: `the cluster that answers has fsid ${ceph.fsid}, but the identity of ${cluster} says ${fsid}`,
      remedy: 'Find out which cluster that is before anything else is done.',
      target: ceph.fsid,
    });
  if (objects.fsid !== null && remembered?.fsid != null && remembered.fsid !== objects.fsid)
    findings.push({
      code: 'FORMER_IDENTITY',
      severity: 'warning',
      because: `an earlier cluster of this namespace had fsid ${remembered.fsid}; what it left on hosts is left alone`,
      remedy: 'Start teardown again when this cluster is gone: it then takes away what that one left.',
      target: remembered.fsid,
    });
  if (fsid !== null && ceph?.reachable !== true)
    findings.push({
      code: 'CEPH_UNREACHABLE',
      severity: 'warning',
      because: `Ceph does not answer (${ceph === null ? 'no agent could ask it' : ceph.reason}), so its pools and users are not known`,
    });
  return findings;
}

export const operatorFindings = ({ cluster, objects }: ObservedTeardown): Finding[] =>
  objects.rookOperator === 'absent'
    ? []
    : [
        {
          code: 'ROOK_OPERATOR_RUNS',
          severity: 'blocking',
          because: `Deployment rook-ceph-operator in namespace ${cluster} makes again what is taken away`,
          remedy: `Stop it with: kubectl -n ${cluster} scale deployment rook-ceph-operator --replicas=0`,
        },
      ];

export const unseenHosts = ({ remembered, hosts }: ObservedTeardown): Finding[] =>
  unseenAmong(remembered?.nodes ?? [], hosts);

interface Summarised {
  cluster: string;
  fsid: string | null;
  steps: PlanStep[];
  disks: OwnedDisk[];
  /** What stays owed. */
  left: string[];
}

function summaryOf({ cluster, fsid, steps, disks, left }: Summarised): string {
  if (!steps.some(({ id }) => TAKES_AWAY.test(id))) return withoutTaking(cluster, steps, left);
  const named = fsid === null ? cluster : `${cluster} (fsid ${fsid})`;
  const hosts = new Set(disks.map(({ node }) => node)).size;
  return `Destroys ${named}: wipes ${disks.length} disks on ${hosts} hosts, then removes its directories, objects and agents.`;
}

/** What takes away more than agents and memories. */
const TAKES_AWAY = /^(stop-daemons|wipe-disks|remove-directories|remove-objects)/;

function withoutTaking(cluster: string, steps: PlanStep[], left: string[]): string {
  const [first, ...more] = left;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const state =
    first === undefined
      ? `Nothing of ${cluster} is left`
      : `Nothing of ${cluster} can be taken away now, and something of it may be left: ${first}${others}`;
  return `${[state, ...steps.map(({ does }) => does)].join('; ')}.`;
}
