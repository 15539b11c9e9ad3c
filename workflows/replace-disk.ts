import { CancellationScope, patched, uuid4, workflowInfo } from '@temporalio/workflow';
import type { Finding } from '../src/contract/finding.ts';
import type { StartDaemonsInput } from '../src/contract/bootstrap-activities.ts';
import { bootstrapFacts } from '../src/contract/bootstrap-facts.ts';
import type { OsdInput } from '../src/contract/osd-activities.ts';
import {
  replaceDiskContract,
  type ReplaceDiskInput,
  type ReplaceDiskPlan,
  type ReplaceDiskResult,
  type SwapPlan,
} from '../src/contract/replace-disk.ts';
import { AGENT_LEVELS } from '../src/contract/names.ts';
import { cephOn, ops } from './activity-profiles.ts';
import { approvedPlan, changedMeanwhile, withoutTables } from './approved-plan.ts';
import { cleanOsd } from './clean-osd.ts';
import { createOsds } from './create-osds.ts';
import { lookAndPlan, lookTogether } from './look-and-plan.ts';
import { lookBriefly } from './outages.ts';
import { reportReady } from './report-ready.ts';
import { ended, finished, secondsSince } from './results.ts';
import { Runbook } from './runbook.ts';
import { takeAgentsAway } from './take-agents-away.ts';

type Run = Runbook<ReplaceDiskInput>;

/**
 * Gives an OSD a new disk under its old id. Its data moves while it serves; Ceph itself says when nothing rests on it, and runs that check once
 * more when it is destroyed; without that check only a dead OSD is destroyed, by an approval of its own. Until then every ending takes it in
 * again. What becomes of the new disk is approved by itself, when it is there.
 */
export async function replaceDisk(request?: unknown): Promise<ReplaceDiskResult> {
  const run: Run = new Runbook<ReplaceDiskInput>(replaceDiskContract, request);
  return run.run(async () => {
    run.undoUnlessChanged('take the agents away again', () => takeAgentsAway(run));
    const decision = await approvedPlan(run, replaceDiskContract.unwaivable, () => observeAndPlan(run));
    if (!decision.go) return ended(run.state, decision.outcome, decision.summary);
    const approvedAt = Date.now();
    const { plan } = decision;
    const { id, node, disk } = plan.osd;
    run.beginChanges([node]);
    await emptyOsd(run, plan);
    await rememberOldDisk(run, plan);
    await cleanOsd(run, plan);
    const swap = await awaitDisk(run, plan);
    const newDisk = await makeAgain(run, swap);
    await reportReady(run, { shown: swap, message: `osd.${id} has a new disk by ${workflowInfo().workflowId}` });
    const seconds = secondsSince(approvedAt);
    const summary = `osd.${id} serves on ${newDisk} of ${node}, ${seconds} s after the approval.`;
    return { ...finished(run.state, summary), osd: id, oldDisk: disk?.id ?? null, newDisk, seconds };
  });
}

function observeAndPlan(run: Run): Promise<ReplaceDiskPlan> {
  const { cluster, osd, device, wipe } = run.input;
  return lookAndPlan(run, { from: 'document', level: AGENT_LEVELS.disks }, async ({ agents, observation, ceph }) => {
    const named = { cluster, ...(osd === undefined ? {} : { osd }) };
    const layout = ceph.reachable ? await lookBriefly(cluster, (agent) => agent.readLayout(named)) : null;
    const { nodes, dataDir } = agents;
    return ops.planReplaceDisk({
      ...{ cluster, observation, nodes, dataDir, ceph, layout, wipe },
      ...(osd === undefined ? {} : { osd }),
      ...(device === undefined ? {} : { device }),
    });
  });
}

async function emptyOsd(run: Run, { osd }: ReplaceDiskPlan): Promise<void> {
  const { cluster } = run;
  const { id, uuid } = osd;
  const named = { cluster, osd: { id, uuid } };
  let destroyed = false;
  run.undoUnless(
    `take osd.${id} in again`,
    () => cephOn(cluster).inOsd(named),
    () => destroyed,
  );
  await run.planned('out-osd', async () => {
    await cephOn(cluster).outOsd(named);
    const { wentDown } = await cephOn(cluster).untilSafeToDestroy(named);
    if (wentDown) run.found([swappedTooEarly(osd)]);
  });
  await run.planned('stop-osd', () => ops.stopOsd(named));
  await run.planned('destroy-osd', () => cephOn(cluster).destroyOsd(named));
  await forceDestroy(run, named);
  destroyed = true;
}

/**
 * For a dead OSD that can never become safe to destroy. Asked about by itself, with what Ceph says by then, before anything is changed; one
 * that came back while a person was asked is refused before its pod is stopped.
 */
async function forceDestroy(run: Run, named: OsdInput): Promise<void> {
  const { plan } = run.state;
  const ceph = cephOn(named.cluster);
  let approved = '';
  await run.planned('force-destroy-osd', async () => {
    let part = await ceph.planForcedDestroy(named);
    while (part.steps.length > 0 && part.hash !== approved) {
      await run.untilPartApproved(part);
      approved = part.hash;
      part = await ceph.planForcedDestroy(named);
    }
    if (plan !== undefined) run.state.plan = plan;
    await ops.stopOsd(named);
    await ceph.forceDestroyOsd(named);
  });
}

/** Before it is wiped: a blank disk of that host would else pass for the new one. */
async function rememberOldDisk(run: Run, { osd }: ReplaceDiskPlan): Promise<void> {
  const { cluster } = run;
  const { id, uuid, disk } = osd;
  if (disk === null) return;
  const removed = { node: disk.node, disk: disk.id, osdId: id, osdUuid: uuid, replaced: true as const };
  await run.planned('remember-removed', () => ops.rememberRemoved({ cluster, removed }));
}

const swappedTooEarly = ({ id, node }: ReplaceDiskPlan['osd']): Finding => ({
  code: 'SWAP_TOO_EARLY',
  severity: 'warning',
  because: `osd.${id} stopped while its data still moved, as when its disk is taken out before "swap now"; the rest was restored from the other copies.`,
  remedy: `Look whether that was the disk of osd.${id} on ${node}; its id stays for the new one.`,
  target: `osd.${id}`,
});

/** Histories of before it hold the cluster while hands are waited for. */
const PATCH = '2026-11-replace-disk-yields';

/**
 * Every disk that is put in is recognised and judged; one that cannot be used is told, and the next one is waited for. Hands may take days, so
 * that others are let in meanwhile; the approved disk is judged once more when the cluster is taken again.
 */
async function awaitDisk(run: Run, plan: ReplaceDiskPlan): Promise<SwapPlan> {
  const { id, node, disk } = plan.osd;
  const yields = patched(PATCH);
  const swap = await run.planned('await-disk', async () => {
    const known = [...plan.disks];
    let refused = '';
    for (;;) {
      if (yields) await run.letOthersIn({ target: `osd.${id}`, node });
      const old = disk === null ? `the disk of osd.${id}` : `${disk.id} (${disk.path} when it was planned)`;
      const sentence = `swap now: take ${old} out of ${node} and put the new disk in; it is recognised by itself.${refused}`;
      const fresh = await run.whileHandsWork('await-disk', sentence, () => untilNewDisk(run, node, known));
      const part = await planSwap(run, plan, fresh.id);
      run.found(part.findings);
      const isWanted = part.steps.length > 0 && (await isApproved(run, part, node, [...known, fresh.id]));
      if (isWanted && (!yields || (await isStillSo(run, plan, part, fresh.id)))) return part;
      // What was approved is another thing by now: the same disk is asked about again.
      if (isWanted) continue;
      known.push(fresh.id);
      refused = ` ${part.findings.map(({ because }) => because).join(' ')}`;
    }
  });
  if (swap === undefined) throw new Error('await-disk is a step of every plan');
  return swap;
}

const untilNewDisk = (run: Run, node: string, known: string[]) =>
  run.host(node, 'await-disk').untilNewDisk({ cluster: run.cluster, known });

async function planSwap(run: Run, { osd, nodes, dataDir, oldBytes }: ReplaceDiskPlan, disk: string): Promise<SwapPlan> {
  const { cluster } = run;
  const isAnySizeGood = oldBytes === null || run.input.waive.includes('NEW_DISK_SMALLER');
  return lookTogether(run, 'await-disk', { nodes, dataDir }, ({ observation, ceph }) => {
    const look = { cluster, observation, nodes, ceph, proposedFsid: uuid4(), findings: [] };
    const size = isAnySizeGood ? {} : { atLeastBytes: oldBytes };
    return ops.planSwap({ ...look, osd: osd.id, node: osd.node, disk, ...size });
  });
}

/** Takes the cluster again, and looks whether what was approved meanwhile still holds. */
async function isStillSo(run: Run, plan: ReplaceDiskPlan, part: SwapPlan, disk: string): Promise<boolean> {
  await run.lock();
  run.enter('apply');
  const again = await planSwap(run, plan, disk);
  if (again.hash === part.hash) return true;
  run.found([changedMeanwhile(part, again)]);
  return false;
}

/** False where another disk was put in instead of being approved. */
async function isApproved(run: Run, part: SwapPlan, node: string, known: string[]): Promise<boolean> {
  const there = [...known, ...part.disks.flatMap(({ id }) => id ?? [])];
  const waits = new CancellationScope();
  try {
    return await waits.run(() =>
      Promise.race([
        run.untilPartApproved(withoutTables(part)).then(() => true),
        untilNewDisk(run, node, there).then(() => false),
      ]),
    );
  } finally {
    waits.cancel();
  }
}

/** Histories of before it weigh the OSD when it is up. */
const WEIGH_FIRST = '2026-11-weigh-before-start';

/** @returns identity of the new disk */
async function makeAgain(run: Run, swap: SwapPlan): Promise<string> {
  const { cluster } = run;
  const { node, osds, osdId, fsid } = swap;
  const [planned] = osds;
  if (planned === undefined) throw new Error('a part plan with steps has its OSD');
  if (swap.wipes !== undefined) {
    const { disk, content } = swap.wipes;
    await run.planned('wipe-new-disk', () => run.host(node, 'wipe-new-disk').wipeNewDisk({ cluster, disk, content }));
  }
  const input: StartDaemonsInput = { cluster, facts: bootstrapFacts(swap), fsid: fsid ?? swap.proposedFsid };
  const osd = { id: osdId, uuid: planned.osdUuid };
  const weigh = async (): Promise<void> => {
    if (planned.initialWeight !== undefined) return;
    await run.planned('weigh-osd', () => cephOn(cluster).weighOsd({ cluster, osd, sizeBytes: planned.sizeBytes }));
  };
  // Weighed before it starts, data is placed once: by the weight of the new disk.
  const isFirst = patched(WEIGH_FIRST);
  const beforeStart = isFirst ? weigh : () => Promise.resolve();
  await createOsds(run, input, { node, osds, keptId: osdId }, { beforeStart, newOsds: [] });
  if (!isFirst) await weigh();
  run.enter('verify');
  await run.step('verify', async () => {
    await cephOn(cluster).untilOsdsIn({ cluster, osds });
    await cephOn(cluster).untilSettled({ cluster });
  });
  return planned.diskId;
}
