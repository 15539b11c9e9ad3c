import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { addDiskContract } from '../../src/contract/add-disk.ts';
import { addNodeContract } from '../../src/contract/add-node.ts';
import type { Applied } from '../../src/contract/bootstrap-activities.ts';
import type { ClusterInput, ClusterState } from '../../src/contract/ceph-activities.ts';
import {
  NEW_DISKS,
  NEW_NODES,
  NEW_POLICIES,
  type Judged,
  type NewDisks,
  type NewPolicy,
  type NoticeActivities,
  type Question,
} from '../../src/contract/notice.ts';
import { OPS_QUEUE } from '../../src/contract/queues.ts';
import { planBootstrap } from '../../src/domain/bootstrap-plan.ts';
import { newDisks } from '../../src/domain/new-disks.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { observeWith } from '../bootstrap/read-observation.ts';
import { findDocument } from '../documents/cluster-document.ts';
import { readClusterRecord } from '../operations/cluster-record.ts';
import { hostsAtHands, isAnyAtWork, registerRef } from '../operations/register.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { forgetQuestion, listNoticed, writeAsked, writeJudged } from './noticed-hosts.ts';

/** All may be called again. */
export const createNoticeActivities = (deps: OpsDeps): NoticeActivities => ({
  judgeNoticed: (input) => judgeNoticed(deps, input),
  askToAdd: (input) => askToAdd(deps, input),
  withdrawQuestion: (input) => withdrawQuestion(deps, input),
});

const NOTHING: Judged = { wanted: [], pointless: [], hosts: [] };

async function judgeNoticed(deps: OpsDeps, input: ClusterInput & { ceph: ClusterState }): Promise<Judged> {
  const { cluster, ceph } = input;
  const { kubernetes } = deps;
  const document = await findDocument(kubernetes, cluster);
  const register = await kubernetes.read(registerRef(cluster));
  // An operation that is under way writes the rows itself, and what it adds is not new afterwards.
  if (document === undefined || isAnyAtWork(register)) return NOTHING;
  const hosts = await listNoticed(kubernetes, cluster);
  const look = { cluster, nodes: hosts.map(({ node }) => node), ceph, proposedFsid: '', findings: [] };
  const seen = await observeWith(
    deps,
    look,
    hosts.map(({ facts }) => facts),
  );
  if (!seen.fsid.exists) return NOTHING;
  const record = await readClusterRecord(kubernetes, cluster);
  const rows = planBootstrap(seen).disks;
  // What comes to a host where a disk is waited for is asked about by that operation. It is judged among all: a disk may be on two hosts.
  const left = hostsAtHands(register);
  const others = hosts.filter(({ node }) => !left.includes(node));
  const judged = others.map((host) => ({
    ...host,
    known: record?.nodes.includes(host.node) ?? false,
    rows: rows.filter(({ node }) => node === host.node),
  }));
  for (const { node, seen: name, rows: own } of judged)
    if (name !== undefined) await writeJudged(kubernetes, cluster, { node, seen: name, rows: own });
  const policy = { disks: policyOf(document.object, NEW_DISKS), nodes: policyOf(document.object, NEW_NODES) };
  const pointless = judged.flatMap(({ question, rows: own }) =>
    question === undefined || own.some(({ verdict }) => verdict === 'eligible') ? [] : [question],
  );
  return { pointless, wanted: ceph.reachable ? newDisks(judged, policy) : [], hosts: judged.map(({ node }) => node) };
}

/** A word that is not known asks, which harms nobody. */
function policyOf({ metadata: { annotations = {} } }: KubernetesObject, name: string): NewPolicy {
  return NEW_POLICIES.find((policy) => policy === annotations[name]) ?? 'ask';
}

async function askToAdd(
  { kubernetes, temporal }: OpsDeps,
  input: ClusterInput & { wanted: NewDisks },
): Promise<Applied> {
  const { cluster, wanted } = input;
  const { operation, node, disks, except, approval } = wanted;
  const { workflowType, suggestedId } = operation === 'add-node' ? addNodeContract : addDiskContract;
  const workflowId = suggestedId({ cluster, node });
  try {
    // Without naming disks: those that come while it waits for approval are in its next look.
    const args = [{ cluster, node, except, approval, reason: `noticed on ${node}: ${disks.join(', ')}` }];
    const { firstExecutionRunId: runId } = await temporal.workflow.start(workflowType, {
      workflowId,
      taskQueue: OPS_QUEUE,
      args,
    });
    await writeAsked(kubernetes, cluster, { node, disks, question: { node, workflowId, runId } });
    return { already: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  await writeAsked(kubernetes, cluster, { node, disks });
  return { already: true };
}

async function withdrawQuestion(
  { kubernetes, temporal }: OpsDeps,
  { cluster, question }: ClusterInput & { question: Question },
): Promise<Applied> {
  const { node, workflowId, runId } = question;
  let already = false;
  try {
    const reason = `no disk of ${node} that it asks about can become an OSD any more`;
    await temporal.workflow.getHandle(workflowId, runId).signal('reject', { by: 'cephflow', reason });
  } catch (error) {
    // It was answered, and has ended.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    already = true;
  }
  await forgetQuestion(kubernetes, cluster, question);
  return { already };
}
