import type { AddDiskPlan } from '../../src/contract/add-disk.ts';
import type { BootstrapPlan } from '../../src/contract/bootstrap.ts';
import type { Finding } from '../../src/contract/finding.ts';
import type { Debt } from '../../src/contract/owed.ts';
import type { Plan } from '../../src/contract/plan.ts';
import type { RemoveDiskPlan } from '../../src/contract/remove-disk.ts';
import type { ReplaceDiskPlan, SwapPlan } from '../../src/contract/replace-disk.ts';
import type { TeardownPlan } from '../../src/contract/teardown.ts';
import { withOwed } from '../../src/domain/owed-steps.ts';
import { bootstrapSteps } from '../../src/domain/bootstrap-steps.ts';
import { hashPlan } from '../../src/domain/plan-hash.ts';
import { NOTHING_EXISTS } from '../builders/existing-parts.ts';
import { keepSteps, teardownSteps } from '../../src/domain/teardown-steps.ts';

export const FSID = '6a5b3c1e-0d0f-4c57-9f0c-6f0b54c2a111';

const GIB = 2 ** 30;

const withHash = <P extends { operation: string; cluster: string; steps: BootstrapPlan['steps']; findings: Finding[] }>(
  plan: P,
): P & { hash: string } => ({ ...plan, hash: hashPlan(plan) });

/** What bootstrap plans where nothing exists: one mon and mgr, and one blank disk per host. The steps are the real rule's. */
export function aBootstrapPlan(cluster: string, nodes: string[], findings: Finding[] = []): BootstrapPlan {
  const mons = [{ id: 'a', node: nodes[0] ?? 'n1' }];
  const mgrs = ['a'];
  const settings = ['global/osd_pool_default_size'];
  const osds = nodes.map((node, index) => ({
    node,
    path: '/dev/sdb',
    diskId: `serial:${node}`,
    sizeBytes: 6 * GIB,
    osdUuid: `00000000-0000-4000-8000-00000000000${index}`,
    crushRoot: 'default',
    crushLocation: [`host=${node}`],
  }));
  const document = 'd'.repeat(64);
  const steps = bootstrapSteps({
    mons,
    mgrs,
    osds,
    settings,
    dashboard: true,
    crashCollectorNodes: nodes,
    document,
    existing: NOTHING_EXISTS,
  });
  return withHash({
    operation: 'bootstrap',
    cluster,
    summary: `Makes ${cluster}.`,
    steps,
    findings,
    document: { generation: 1, hash: 'd'.repeat(64) },
    image: 'ceph:20.2.4',
    cephVersion: '20.2.4',
    fsid: null,
    proposedFsid: FSID,
    dataDir: '/var/lib/rook',
    nodes,
    ciphers: { allowed: ['aes256k'], preferred: 'aes256k' },
    hostNetwork: false,
    requireMsgr2: false,
    mons,
    mgrs,
    osds,
    settings,
    dashboard: true,
    crashCollectorNodes: nodes,
    disks: [],
  });
}

/** What add-disk plans on the first host: one blank disk. The steps are the real rule's. */
export function anAddDiskPlan(cluster: string, nodes: string[], findings: Finding[] = []): AddDiskPlan {
  const [node = 'n1'] = nodes;
  const whole = aBootstrapPlan(cluster, [node], findings);
  const steps = whole.steps.filter(({ id }) =>
    [`create-osds/${node}`, 'start-crash-collectors', 'verify', 'report-status'].includes(id),
  );
  return withHash({
    ...whole,
    operation: 'add-disk',
    summary: `Makes 1 OSD on ${node}.`,
    steps,
    nodes,
    fsid: FSID,
    node,
    forgets: [],
  });
}

/** What add-node plans for the first host. */
export function anAddNodePlan(cluster: string, nodes: string[]): AddDiskPlan {
  const added = anAddDiskPlan(cluster, nodes);
  const more = ['place-host', 'hold-data', 'move-data'].map((id) => ({
    id,
    targets: [],
    does: id,
    risk: 'none' as const,
    alwaysAsk: false,
  }));
  return withHash({ ...added, operation: 'add-node', steps: [...added.steps, ...more] });
}

/** What remove-disk plans for osd.5 on the first host. */
export function aRemoveDiskPlan(cluster: string, nodes: string[]): RemoveDiskPlan {
  const [node = 'n1'] = nodes;
  const osd = {
    id: 5,
    uuid: '00000000-0000-4000-8000-000000000005',
    bucket: node,
    node,
    disk: { node, path: '/dev/sdb', id: `serial:${node}`, sizeBytes: 6 * GIB },
  };
  const ids = [
    'drain-osd',
    'stop-osd',
    'remember-removed',
    'purge-osd',
    'remove-directory',
    'wipe-disk',
    'verify',
    'report-status',
  ];
  const steps = ids.map((id) => ({
    id,
    targets: [`osd.5:${osd.uuid}`],
    does: id,
    risk: id === 'purge-osd' || id === 'wipe-disk' ? ('destroys-data' as const) : ('none' as const),
    alwaysAsk: id === 'purge-osd' || id === 'wipe-disk',
  }));
  return withHash({
    operation: 'remove-disk',
    cluster,
    summary: 'Removes osd.5.',
    steps,
    findings: [],
    fsid: FSID,
    dataDir: '/var/lib/rook',
    nodes,
    osd,
  });
}

/** What replace-disk plans for osd.5 on the first host. */
export function aReplaceDiskPlan(cluster: string, nodes: string[]): ReplaceDiskPlan {
  const { osd, nodes: all, fsid, dataDir } = aRemoveDiskPlan(cluster, nodes);
  const node = osd.node ?? 'n1';
  const ids = ['out-osd', 'stop-osd', 'destroy-osd', 'remove-directory', 'await-disk'];
  const steps = ids.map((id) => ({
    id,
    targets: [`osd.5:${osd.uuid}`],
    does: id,
    risk: id === 'destroy-osd' ? ('destroys-data' as const) : ('none' as const),
    alwaysAsk: id === 'destroy-osd',
  }));
  return withHash({
    operation: 'replace-disk',
    cluster,
    summary: 'Replaces the disk of osd.5.',
    steps,
    findings: [],
    fsid,
    dataDir,
    nodes: all,
    osd: { ...osd, node },
    oldBytes: 6 * GIB,
    disks: [`serial:${node}`],
  });
}

/** The same for a dead OSD that can never become safe to destroy. */
export function aForcedPlan(cluster: string, nodes: string[]): ReplaceDiskPlan {
  const { steps, ...rest } = aReplaceDiskPlan(cluster, nodes);
  const kept = steps.filter(({ id }) => ['remove-directory', 'await-disk'].includes(id));
  return withHash({ ...rest, steps: [...aForcedPart(cluster, nodes).steps, ...kept] });
}

/** What the forced step of that plan is approved by. */
export function aForcedPart(cluster: string, nodes: string[]): Plan {
  const { osd } = aReplaceDiskPlan(cluster, nodes);
  const target = `osd.${osd.id}:${osd.uuid}`;
  const step = { id: 'force-destroy-osd', targets: [target], does: 'destroy osd.5 by force', alwaysAsk: true };
  const because = 'osd.5 is down.';
  return withHash({
    operation: 'replace-disk',
    cluster,
    summary: 'Destroys osd.5 by force.',
    steps: [{ ...step, risk: 'destroys-data' }],
    findings: [{ code: 'FORCED_DESTROY', severity: 'warning', because, target: 'osd.5' }],
  });
}

/** What becomes of the disk that was put in. */
export function aSwapPlan(cluster: string, nodes: string[]): SwapPlan {
  const { forgets: _, ...added } = anAddDiskPlan(cluster, nodes);
  const made = added.steps.filter(
    ({ id }) => id.startsWith('create-osds/') || ['verify', 'report-status'].includes(id),
  );
  const weigh = { id: 'weigh-osd', targets: ['osd.5'], does: 'weigh', risk: 'none' as const, alwaysAsk: false };
  const steps = [...made.slice(0, 1), weigh, ...made.slice(1)];
  return withHash({ ...added, operation: 'replace-disk', summary: 'Makes osd.5 again.', steps, osdId: 5 });
}

/** The same with other findings, and the hash that belongs to them. */
export const finding = (plan: BootstrapPlan, ...findings: Finding[]): BootstrapPlan => withHash({ ...plan, findings });

export const carriedBy = (node: string, disks: string[]): Debt => ({
  node,
  fsid: FSID,
  dataDir: '/var/lib/rook',
  disks,
  reason: `${node} carries a part of the cluster`,
  machineId: `machine-${node}`,
});

/** The same cluster, of which something was or will be owed. The steps are the real rule's. */
export function owing(plan: TeardownPlan, { owes = [], pays = [], settles = [] }: Partial<TeardownPlan>): TeardownPlan {
  const { cluster, carries = [] } = plan;
  const steps = withOwed({ steps: plan.steps, owed: { owes, pays, settles }, record: 'needed', cluster });
  const findings = owes.map(({ node, reason }) => ({
    ...{ code: 'HOST_NOT_SEEN', severity: 'warning' as const },
    ...{ because: reason, target: node },
  }));
  return withHash({ ...plan, steps, findings, owes, pays, settles, carries: [...carries, ...owes] });
}

/** Nothing but the memory of the cluster is left. The steps are the real rule's. */
export function aLastPlan(cluster: string): TeardownPlan {
  const owed = { owes: [], pays: [], settles: [] };
  const steps = withOwed({ steps: [], owed, record: 'last', cluster });
  const none = { disks: [], monStores: [], carries: [] };
  return withHash({ ...aTeardownPlan(cluster, ['n1']), ...none, summary: 'Nothing is left.', steps });
}

const hostOf = (node: string) => ({
  node,
  machineId: node,
  kernelVersion: '6.1',
  cephVersion: '20.2.4',
  disks: [],
  leftovers: [],
});

/** What teardown plans for a whole cluster with one disk per host. The steps are the real rule's. */
export function aTeardownPlan(cluster: string, nodes: string[], findings: Finding[] = []): TeardownPlan {
  const disks = nodes.map((node, osdId) => ({
    node,
    path: '/dev/sdb',
    id: `serial:${node}`,
    sizeBytes: 6 * GIB,
    osdUuids: [`00000000-0000-4000-8000-00000000000${osdId}`],
    osdId,
  }));
  const steps = teardownSteps({
    hosts: nodes.map(hostOf),
    workloads: ['Deployment/rook-ceph-mon-a'],
    disks,
    directories: nodes.map((node) => ({ node, path: `/var/lib/rook/${cluster}` })),
    others: ['Secret/rook-ceph-mon', 'Service/rook-ceph-mgr'],
    schedule: { state: 'running' },
    agentsAdded: false,
  });
  return withHash({
    operation: 'teardown',
    cluster,
    summary: `Destroys ${cluster}.`,
    steps,
    findings,
    fsid: FSID,
    dataDir: '/var/lib/rook',
    nodes,
    disks,
    losses: [],
    monStores: [{ node: nodes[0] ?? 'n1', mon: 'a' }],
    owes: [],
    carries: nodes.map((node) => carriedBy(node, [`serial:${node}`])),
    pays: [],
    settles: [],
  });
}

/** What teardown with data kept plans for a whole cluster with one disk per host. The steps are the real rule's. */
export function aKeepPlan(cluster: string, nodes: string[]): TeardownPlan {
  const { disks, ...plan } = aTeardownPlan(cluster, nodes);
  const steps = keepSteps({
    hosts: nodes.map(hostOf),
    workloads: ['Deployment/rook-ceph-mon-a'],
    remade: ['Service/rook-ceph-mgr'],
    schedule: { state: 'running' },
    agentsAdded: false,
  });
  const kept = {
    disks: disks.map(({ node, id }) => `${node}:${id}`),
    monStores: ['mon.a@n1'],
    secrets: ['rook-ceph-mon'],
    osds: { '0': '00000000-0000-4000-8000-000000000000' },
  };
  return withHash({ ...plan, summary: `Stops ${cluster}.`, steps, disks: [], monStores: [], kept });
}
