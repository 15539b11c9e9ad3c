import type { BootstrapPlan } from '../../src/contract/bootstrap.ts';
import type { Finding } from '../../src/contract/finding.ts';
import type { Debt } from '../../src/contract/owed.ts';
import type { TeardownPlan } from '../../src/contract/teardown.ts';
import { withOwed } from '../../src/domain/owed-steps.ts';
import { bootstrapSteps } from '../../src/domain/bootstrap-steps.ts';
import { hashPlan } from '../../src/domain/plan-hash.ts';
import { NOTHING_EXISTS } from '../builders/existing-parts.ts';
import { keepSteps, teardownSteps } from '../../src/domain/teardown-steps.ts';

export const FSID = '6a5b3c1e-0d0f-4c57-9f0c-6f0b54c2a111';

export const GIB = 2 ** 30;

/** The plan with the hash that belongs to it. */
export const withHash = <
  P extends { operation: string; cluster: string; steps: BootstrapPlan['steps']; findings: Finding[] },
>(
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
