import { uuid4, workflowInfo } from '@temporalio/workflow';
import { addNodeContract, type AddNodeInput, type AddNodePlan, type AddNodeResult } from '../src/contract/add-node.ts';
import type { StartDaemonsInput } from '../src/contract/bootstrap-activities.ts';
import { bootstrapFacts } from '../src/contract/bootstrap-facts.ts';
import { TIB_BYTES } from '../src/contract/disk.ts';
import { AGENT_LEVELS } from '../src/contract/names.ts';
import { cephOn, ops } from './activity-profiles.ts';
import { approvedPlan } from './approved-plan.ts';
import { createOsds } from './create-osds.ts';
import { lookAndPlan } from './look-and-plan.ts';
import { lookBriefly } from './outages.ts';
import { reportReady } from './report-ready.ts';
import { ended, finished, secondsSince } from './results.ts';
import { Runbook } from './runbook.ts';
import { startCrashCollectors } from './start-crash-collectors.ts';
import { takeAgentsAway } from './take-agents-away.ts';

type Run = Runbook<AddNodeInput>;

/**
 * Makes all OSDs of a host, by the same code as bootstrap, and lets data move once: when all of them serve. Flag and settings that it changes
 * on the way are put back in every ending.
 */
export async function addNode(request?: unknown): Promise<AddNodeResult> {
  const run: Run = new Runbook<AddNodeInput>(addNodeContract, request);
  return run.run(async () => {
    run.undoUnlessChanged('take the agents away again', () => takeAgentsAway(run));
    const proposedFsid = uuid4();
    const decision = await approvedPlan(run, addNodeContract.unwaivable, () => observeAndPlan(run, proposedFsid));
    if (!decision.go) return ended(run.state, decision.outcome, decision.summary);
    const approvedAt = Date.now();
    const { plan } = decision;
    run.beginChanges([plan.node]);
    const osds = await makeHost(run, plan);
    await reportReady(run, { shown: plan, message: `${plan.node} added by ${workflowInfo().workflowId}` });
    const seconds = secondsSince(approvedAt);
    const summary = `${plan.node} serves with ${osds.length} OSDs, and data has moved, ${seconds} s after the approval.`;
    return { ...finished(run.state, summary), osds, seconds };
  });
}

function observeAndPlan(run: Run, proposedFsid: string): Promise<AddNodePlan> {
  const { cluster, node, except } = run.input;
  return lookAndPlan(run, { from: 'document', level: AGENT_LEVELS.disks }, async ({ agents, observation, ceph }) => {
    const { nodes, findings } = agents;
    const held = ceph.reachable
      ? await lookBriefly(cluster, (agent) => agent.readHeld({ cluster, name: node }))
      : undefined;
    const look = { cluster, observation, nodes, ceph, proposedFsid, findings };
    return ops.planAddNode({ ...look, node, except, ...(held === undefined ? {} : { held }) });
  });
}

/** @returns ids of the new OSDs */
async function makeHost(run: Run, plan: AddNodePlan): Promise<number[]> {
  const { cluster, pace } = run.input;
  const { node, osds, fsid, nodes, cephVersion: version } = plan;
  const input: StartDaemonsInput = { cluster, facts: bootstrapFacts(plan), fsid: fsid ?? plan.proposedFsid };
  const [{ crushRoot: root, crushLocation: location } = { crushRoot: 'default', crushLocation: [] }] = osds;
  const held = { cluster, name: node };
  let isPutBack = false;
  const putBack = () => cephOn(cluster).putBack({ ...held, osds: osds.map(({ osdUuid }) => osdUuid) });
  run.undoUnless('put flag and settings back', putBack, () => isPutBack);
  await run.step('remember-host', () => ops.rememberCluster({ ...input, nodes }));
  await run.planned('place-host', () => cephOn(cluster).placeHost({ cluster, root, location }));
  await run.planned('hold-data', () => cephOn(cluster).holdData(held));
  await createOsds(run, input, { node, osds }, { beforeStart: () => Promise.resolve(), newOsds: [] });
  await startCrashCollectors(run, input);
  const made = await run.step('move-data', async () => {
    const { osds: placed } = await cephOn(cluster).untilOsdsIn({ cluster, osds });
    const weighed = placed.map(({ id, uuid }) => {
      const { sizeBytes = 0, initialWeight } = osds.find(({ osdUuid }) => osdUuid === uuid) ?? {};
      return { id, uuid, sizeBytes: initialWeight === undefined ? sizeBytes : initialWeight * TIB_BYTES };
    });
    await cephOn(cluster).moveData({ ...held, osds: weighed, pace, version });
    return placed.map(({ id }) => id);
  });
  run.enter('verify');
  await run.step('verify', async () => {
    await cephOn(cluster).untilSettled({ cluster });
    await putBack();
  });
  isPutBack = true;
  return made;
}
