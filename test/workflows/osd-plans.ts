import type { AddDiskPlan } from '../../src/contract/add-disk.ts';
import type { Finding } from '../../src/contract/finding.ts';
import type { Plan } from '../../src/contract/plan.ts';
import { REMOVE_DISK_STEPS, type RemoveDiskPlan } from '../../src/contract/remove-disk.ts';
import type { ReplaceDiskPlan, SwapPlan } from '../../src/contract/replace-disk.ts';
import { aBootstrapPlan, FSID, GIB, withHash } from './plans.ts';

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
  const ids = REMOVE_DISK_STEPS.filter((id) => id !== 'plan');
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
