import type { CephHealth } from '../../src/contract/check-health-activities.ts';
import { IDENTITY_OBJECTS, type GuardedObject, type ObservedHealth } from '../../src/domain/health-observation.ts';
import { CephflowError } from '../../src/errors.ts';
import { agentPods } from '../agents/agent-pods.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { isReady } from '../../src/kubernetes/pod-condition.ts';
import { podView } from '../../src/kubernetes/pod-view.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import { API_VERSION, KIND } from '../../src/spec/ceph-cluster.ts';
import { findDocument } from '../documents/cluster-document.ts';
import { listRows } from '../observe/noticed-hosts.ts';
import { readClusterRecord } from '../operations/cluster-record.ts';
import { readHolderState } from '../operations/holder-state.ts';
import { readOwedHosts } from '../operations/owed-hosts.ts';
import { entriesOf, registerRef } from '../operations/register.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { readHealthSchedule } from '../schedules/health-schedule.ts';
import { readWaitingOperations } from './waiting-operations.ts';

/** Everything beside Ceph that a health run judges: what Kubernetes and Temporal have. No Secret's content is looked at. Reads only. */
export async function observeCluster(deps: OpsDeps, cluster: string, ceph: CephHealth): Promise<ObservedHealth> {
  const { kubernetes, temporal } = deps;
  const now = deps.now().toISOString();
  const [remembered, document, guarded, nodes, agents, operations, waiting, owed, schedule, rows] = await Promise.all([
    readClusterRecord(kubernetes, cluster),
    readDocument(kubernetes, cluster),
    readGuarded(kubernetes, cluster),
    kubernetes.nodes(),
    readyAgents(kubernetes, cluster),
    runningOperations(deps, cluster),
    readWaitingOperations(temporal, cluster, now),
    readOwed(kubernetes, cluster),
    readHealthSchedule(temporal, cluster),
    listRows(kubernetes, cluster),
  ]);
  return {
    cluster,
    now,
    ceph,
    remembered,
    document,
    guarded,
    nodes: nodes.map(({ name, ready }) => ({ name, ready })),
    agents,
    ...operations,
    waiting,
    owed: owed.filter(({ fsid }) => fsid === undefined || fsid !== servingFsid(remembered, guarded)),
    schedule,
    rows,
  };
}

/** One that cannot be understood is there, and says so itself. */
async function readDocument(kubernetes: Kubernetes, cluster: string): Promise<ObservedHealth['document']> {
  try {
    const document = await findDocument(kubernetes, cluster);
    if (document === undefined) return null;
    return { hash: document.hash, findings: document.findings.filter(({ severity }) => severity !== 'info') };
  } catch (error) {
    if (!(error instanceof CephflowError) || error.code !== 'INVALID_DOCUMENT') throw error;
    return {
      hash: null,
      findings: [{ code: 'INVALID_DOCUMENT', severity: 'warning', because: error.message, target: 'document' }],
    };
  }
}

async function readGuarded(kubernetes: Kubernetes, cluster: string): Promise<GuardedObject[]> {
  const [documents, ...identity] = await Promise.all([
    kubernetes.list({ apiVersion: API_VERSION, kind: KIND, namespace: cluster }),
    ...IDENTITY_OBJECTS.map((ref) => kubernetes.read({ ...ref, namespace: cluster })),
  ]);
  const found = identity.filter((object) => object !== undefined);
  return [...documents, ...found].map(guardedObject);
}

const guardedObject = ({ kind, metadata }: KubernetesObject): GuardedObject => ({
  kind: kind as GuardedObject['kind'],
  name: metadata.name,
  finalizers: metadata.finalizers ?? [],
  deleted: metadata.deletionTimestamp !== undefined,
});

/** A teardown that was ended early left debts of a cluster that was taken up again: nobody waits for them, its hosts are in use. */
const servingFsid = (remembered: ObservedHealth['remembered'], guarded: GuardedObject[]): string | null | undefined =>
  guarded.some(({ kind, name }) => kind === 'Secret' && name === NAMES.mon) ? remembered?.fsid : undefined;

type OwedNow = ObservedHealth['owed'][number] & { fsid?: string | null };

/** An entry that somebody broke is told as it is: it owes all the same. */
async function readOwed(kubernetes: Kubernetes, cluster: string): Promise<OwedNow[]> {
  try {
    return (await readOwedHosts(kubernetes, cluster)).map(({ node, reason, fsid }) => ({
      host: node,
      says: reason,
      fsid,
    }));
  } catch (error) {
    if (!(error instanceof CephflowError) || error.code !== 'INVALID_DOCUMENT') throw error;
    return [{ host: 'a host', says: error.message }];
  }
}

/** Hosts whose agent takes work: a ready agent polls its queues. */
async function readyAgents(kubernetes: Kubernetes, cluster: string): Promise<string[]> {
  const pods = await agentPods(kubernetes, cluster);
  return pods
    .map(podView)
    .filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined)
    .map(({ spec }) => spec?.nodeName ?? '');
}

/** An entry of the register whose workflow has ended owns nothing any more; one that cannot be judged counts as running. */
async function runningOperations(deps: OpsDeps, cluster: string): Promise<Pick<ObservedHealth, 'running' | 'atHands'>> {
  const register = await deps.kubernetes.read(registerRef(cluster));
  const holders = (register === undefined ? [] : entriesOf(register)).flatMap(({ holder }) => holder ?? []);
  const states = await Promise.all(holders.map((holder) => readHolderState(deps.temporal, holder, deps.now())));
  const alive = holders.filter((_, index) => states[index]?.state !== 'ended');
  return {
    running: alive.filter(({ yields }) => yields !== true).map(({ operation }) => operation),
    atHands: alive.filter(({ yields }) => yields === true).map(({ target }) => target),
  };
}
