import { patched, workflowInfo } from '@temporalio/workflow';
import {
  removeDiskContract,
  type RemoveDiskInput,
  type RemoveDiskPlan,
  type RemoveDiskResult,
} from '../src/contract/remove-disk.ts';
import { AGENT_LEVELS } from '../src/contract/names.ts';
import { cephOn, ops } from './activity-profiles.ts';
import { approvedPlan } from './approved-plan.ts';
import { cleanOsd } from './clean-osd.ts';
import { lookAndPlan } from './look-and-plan.ts';
import { lookBriefly } from './outages.ts';
import { reportReady } from './report-ready.ts';
import { ended, finished, secondsSince } from './results.ts';
import { Runbook } from './runbook.ts';
import { takeAgentsAway } from './take-agents-away.ts';

/**
 * Takes one OSD out of the cluster for good. Its data moves while it still serves; Ceph itself says when nothing rests on it, and runs that
 * check once more when it is purged. Until then every ending puts its weight back; purging is the point of no return.
 */
export async function removeDisk(request?: unknown): Promise<RemoveDiskResult> {
  const run = new Runbook<RemoveDiskInput>(removeDiskContract, request);
  return run.run(async () => {
    run.undoUnlessChanged('take the agents away again', () => takeAgentsAway(run));
    const decision = await approvedPlan(run, removeDiskContract.unwaivable, () => observeAndPlan(run));
    if (!decision.go) return ended(run.state, decision.outcome, decision.summary);
    const approvedAt = Date.now();
    const { plan } = decision;
    const { id, node, disk } = plan.osd;
    run.beginChanges(node === null ? [] : [node]);
    await removeOsd(run, plan);
    const wiped = await cleanOsd(run, plan);
    await verifyAndReport(run, plan);
    const seconds = secondsSince(approvedAt);
    const fate = wiped ? `disk ${disk?.id} of ${disk?.node} wiped and read back` : 'its disk left as it is';
    return {
      ...finished(run.state, `osd.${id} is out of ${run.cluster}, ${fate}; ${seconds} s after the approval.`),
      osd: id,
      disk: disk?.id ?? null,
      wiped,
      seconds,
    };
  });
}

function observeAndPlan(run: Runbook<RemoveDiskInput>): Promise<RemoveDiskPlan> {
  const { cluster, osd, wipe } = run.input;
  return lookAndPlan(run, { from: 'remembered', level: AGENT_LEVELS.disks }, async ({ agents, observation, ceph }) => {
    const layout = ceph.reachable ? await lookBriefly(cluster, (agent) => agent.readLayout({ cluster, osd })) : null;
    const { nodes, dataDir } = agents;
    return ops.planRemoveDisk({ cluster, observation, nodes, dataDir, ceph, layout, osd, wipe });
  });
}

async function removeOsd(run: Runbook<RemoveDiskInput>, { osd }: RemoveDiskPlan): Promise<void> {
  const { cluster } = run;
  const { id, uuid, bucket, disk } = osd;
  const named = { cluster, osd: { id, uuid } };
  let purged = false;
  run.undoUnless(
    `put the weight of osd.${id} back`,
    () => cephOn(cluster).undrainOsd(named),
    () => purged,
  );
  await run.planned('drain-osd', async () => {
    await cephOn(cluster).drainOsd(named);
    await cephOn(cluster).untilSafeToDestroy(named);
  });
  await run.planned('stop-osd', () => ops.stopOsd(named));
  const removed = { node: osd.node, disk: disk?.id ?? null, osdId: id, osdUuid: uuid };
  await run.planned('remember-removed', () => ops.rememberRemoved({ cluster, removed }));
  await run.planned('purge-osd', () => cephOn(cluster).purgeOsd({ ...named, bucket }));
  purged = true;
}

/** Histories of before it leave the device table to the agents, which look inside disks every ten minutes. */
const SHOWS = '2026-11-remove-disk-shows-disks';

async function verifyAndReport(run: Runbook<RemoveDiskInput>, plan: RemoveDiskPlan): Promise<void> {
  const { cluster } = run;
  const { osd, nodes, dataDir, fsid } = plan;
  run.enter('verify');
  await run.step('verify', () => cephOn(cluster).untilSettled({ cluster }));
  const message = `osd.${osd.id} removed by ${workflowInfo().workflowId}`;
  await reportReady(run, patched(SHOWS) ? { message, shown: { nodes, dataDir, proposedFsid: fsid } } : { message });
}
