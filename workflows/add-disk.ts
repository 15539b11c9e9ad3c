import { uuid4, workflowInfo } from '@temporalio/workflow';
import { addDiskContract, type AddDiskInput, type AddDiskPlan, type AddDiskResult } from '../src/contract/add-disk.ts';
import type { StartDaemonsInput } from '../src/contract/bootstrap-activities.ts';
import { bootstrapFacts } from '../src/contract/bootstrap-facts.ts';
import type { OsdsIn } from '../src/contract/osd-activities.ts';
import { AGENT_LEVELS } from '../src/contract/names.ts';
import { cephOn, ops } from './activity-profiles.ts';
import { approvedPlan } from './approved-plan.ts';
import { createOsds } from './create-osds.ts';
import { lookAndPlan } from './look-and-plan.ts';
import { reportReady } from './report-ready.ts';
import { ended, finished, secondsSince } from './results.ts';
import { Runbook } from './runbook.ts';
import { startCrashCollectors } from './start-crash-collectors.ts';
import { takeAgentsAway } from './take-agents-away.ts';

/**
 * Makes OSDs on disks of one host, by the same code as bootstrap. Formatting a disk is the point of no return for that disk alone; started
 * again it finds each OSD by the uuid on its disk and goes on from there.
 */
export async function addDisk(request?: unknown): Promise<AddDiskResult> {
  const run = new Runbook<AddDiskInput>(addDiskContract, request);
  return run.run(async () => {
    run.undoUnlessChanged('take the agents away again', () => takeAgentsAway(run));
    const proposedFsid = uuid4();
    const decision = await approvedPlan(run, addDiskContract.unwaivable, () => observeAndPlan(run, proposedFsid));
    if (!decision.go) return ended(run.state, decision.outcome, decision.summary);
    const approvedAt = Date.now();
    const { plan } = decision;
    run.beginChanges([plan.node]);
    const { osds } = await makeOsds(run, plan);
    const seconds = secondsSince(approvedAt);
    const made = osds.map(({ id, uuid }) => ({
      id,
      disk: plan.osds.find((osd) => osd.osdUuid === uuid)?.diskId ?? '',
    }));
    const named = `${made.map(({ id }) => `osd.${id}`).join(', ')} on ${plan.node}`;
    await reportReady(run, { shown: plan, message: `${named} added by ${workflowInfo().workflowId}` });
    return { ...finished(run.state, `${named} serve, ${seconds} s after the approval.`), osds: made, seconds };
  });
}

function observeAndPlan(run: Runbook<AddDiskInput>, proposedFsid: string): Promise<AddDiskPlan> {
  const { cluster, node, devices, except } = run.input;
  return lookAndPlan(run, { from: 'document', level: AGENT_LEVELS.disks }, ({ agents, observation, ceph }) => {
    const { nodes, findings } = agents;
    const look = { cluster, observation, nodes, ceph, proposedFsid, findings };
    return ops.planAddDisk({ ...look, node, except, ...(devices === undefined ? {} : { devices }) });
  });
}

async function makeOsds(run: Runbook<AddDiskInput>, plan: AddDiskPlan): Promise<OsdsIn> {
  const { cluster, wait } = run.input;
  const { node, osds, fsid } = plan;
  const input: StartDaemonsInput = { cluster, facts: bootstrapFacts(plan), fsid: fsid ?? plan.proposedFsid };
  await run.step('remember-host', () => ops.rememberCluster({ ...input, nodes: plan.nodes }));
  await run.planned('forget-removed', () => ops.forgetRemoved({ cluster, disks: plan.forgets }));
  await createOsds(run, input, { node, osds }, { beforeStart: () => Promise.resolve(), newOsds: [] });
  await startCrashCollectors(run, input);
  run.enter('verify');
  return run.step('verify', async () => {
    const seen = await cephOn(cluster).untilOsdsIn({ cluster, osds });
    if (wait === 'clean') await cephOn(cluster).untilSettled({ cluster });
    return seen;
  });
}
