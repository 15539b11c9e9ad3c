import { Context } from '@temporalio/activity';
import type {
  AgentActivities,
  Applied,
  InstallAgentsInput,
  InstalledAgents,
  UntilAgentsAnswerInput,
} from '../../src/contract/bootstrap-activities.ts';
import type { Finding } from '../../src/contract/finding.ts';
import { CephflowError, failure } from '../../src/errors.ts';
import type { NodeFacts } from '../../src/kubernetes/node-facts.ts';
import { nodeFits } from '../../src/kubernetes/node-fit.ts';
import { silentAmong } from '../../src/kubernetes/silent-nodes.ts';
import { podSecurityFinding } from '../../src/kubernetes/pod-security.ts';
import { requireNotTerminating } from '../../src/kubernetes/terminating.ts';
import { agentPlacement } from '../../src/manifests/agent-placement.ts';
import { agentObjects } from '../../src/manifests/agent.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import type { Placement } from '../../src/spec/pod-settings.ts';
import { findDocument, requireDocument } from '../documents/cluster-document.ts';
import { unlessNoticed } from '../hosts/unless-noticed.ts';
import { readClusterRecord, type ClusterRecord } from '../operations/cluster-record.ts';
import type { OpsDeps } from '../ops-deps.ts';
import { readFsid } from '../teardown/observe-objects.ts';
import { addedBy, agentDaemonSet, ownedBy, removeAddedAgents } from './added-agents.ts';
import { replaceStuckAgents } from './replace-stuck-agents.ts';
import { requireAgentLevel } from './require-agent-level.ts';
import { requireTemporalSecret } from './require-temporal-secret.ts';

/** From the pull of two images to a polling worker on a slow host. */
const AGENT_START_SECONDS = 300;

interface AgentPlan {
  image: string;
  dataDir: string;
  placement: Placement;
}

export function createAgentActivities(deps: OpsDeps): AgentActivities {
  return {
    installAgents: (input) => installAgents(deps, input),
    untilAgentsAnswer: (input) => untilAgentsAnswer(deps, input),
    removeAddedAgents: (input) => removeAddedAgents(deps, input),
  };
}

/**
 * Makes the agents of a cluster, or brings them to the present image and settings. A second call finds them and says so.
 * @throws before anything is made: POD_SECURITY where the namespace forbids privileged pods, NAMESPACE_TERMINATING where it is being
 * deleted, TEMPORAL_SECRET_MISSING where agents could not reach Temporal; DOCUMENT_MISSING, INVALID_DOCUMENT
 */
async function installAgents(deps: OpsDeps, input: InstallAgentsInput): Promise<InstalledAgents> {
  const { cluster } = input;
  const plan = await agentPlan(deps, input);
  if (plan === undefined) return { added: false, nodes: [], dataDir: '', findings: [nothingRemembered(cluster)] };
  await requireUsableNamespace(deps, cluster);
  await requireTemporalSecret(deps, cluster);
  const existing = await deps.kubernetes.read(agentDaemonSet(cluster));
  const owner = existing === undefined ? input.runId : addedBy(existing);
  const objects = agentsOf(deps, cluster, plan).map((object) => ownedBy(object, owner));
  for (const object of objects) await deps.kubernetes.apply(object);
  for (const object of objects)
    if (object.kind === 'DaemonSet')
      await replaceStuckAgents({ kubernetes: deps.kubernetes, now: deps.now() }, cluster, object);
  const { nodes, findings } = fittingNodes(await deps.kubernetes.nodes(), plan.placement);
  return { added: owner === input.runId, nodes, dataDir: plan.dataDir, findings };
}

/** Where the document is gone, the record of the last bootstrap tells image and directory; to teardown it always tells the directory. */
async function agentPlan(deps: OpsDeps, { cluster, from }: InstallAgentsInput): Promise<AgentPlan | undefined> {
  const document =
    from === 'document' ? await requireDocument(deps.kubernetes, cluster) : await readableDocument(deps, cluster);
  const record = from === 'document' ? null : await readClusterRecord(deps.kubernetes, cluster);
  if (document !== undefined) {
    const { spec } = document;
    const dataDir = (await madeIn(deps, cluster, record)) ?? spec.dataDirHostPath;
    return { image: spec.cephVersion.image, dataDir, placement: agentPlacement(spec) };
  }
  if (record === null) return undefined;
  // No placement is known any more: an agent on every host that takes pods, tolerating everything.
  return { image: record.image, dataDir: record.dataDir, placement: { tolerations: [{ operator: 'Exists' }] } };
}

/**
 * Where the cluster was made: a document that was edited since names a directory in which none of its mon stores and keys are, and they
 * would count as gone. A record of another cluster than the identity's says nothing.
 */
async function madeIn({ kubernetes }: OpsDeps, cluster: string, record: ClusterRecord | null) {
  if (record === null) return undefined;
  const fsid = await readFsid(kubernetes, cluster);
  return fsid === null || fsid === record.fsid ? record.dataDir : undefined;
}

/** Teardown must also run beside a document that was broken meanwhile; the record then serves. */
async function readableDocument(deps: OpsDeps, cluster: string) {
  try {
    return await findDocument(deps.kubernetes, cluster);
  } catch (error) {
    if ((error as { code?: string }).code === 'INVALID_DOCUMENT') return undefined;
    throw error;
  }
}

async function requireUsableNamespace(deps: OpsDeps, cluster: string): Promise<void> {
  const namespace = await deps.kubernetes.read({ apiVersion: 'v1', kind: 'Namespace', name: cluster });
  if (namespace === undefined) throw failure('DOCUMENT_MISSING', `Namespace ${cluster} does not exist`);
  await requireNotTerminating(deps.kubernetes, namespace);
  const finding = podSecurityFinding(namespace);
  if (finding !== undefined)
    throw failure('POD_SECURITY', `${finding.because} ${finding.remedy ?? ''}`, { findings: [finding] });
}

const agentsOf = (deps: OpsDeps, cluster: string, plan: AgentPlan): KubernetesObject[] =>
  agentObjects({
    namespace: cluster,
    cephflowImage: deps.cephflowImage,
    cephImage: plan.image,
    dataDirHostPath: plan.dataDir,
    placement: plan.placement,
    temporalEnvironment: deps.temporalEnvironment as never,
    allowLoopDevices: deps.allowLoopDevices,
    operatorVersion: deps.cephflowVersion,
  });

/** Hosts that must answer. A host that Kubernetes itself says is not ready is named, not waited for before there is a plan. */
function fittingNodes(nodes: NodeFacts[], placement: Placement): { nodes: string[]; findings: Finding[] } {
  const judged = nodes.map((node) => ({ node, fit: nodeFits(node, placement) }));
  const findings = judged.flatMap(({ node, fit }): Finding[] => {
    if (!fit.fits) return [leftOut(node.name, fit.reasons.join('; '))];
    return node.ready ? [] : [leftOut(node.name, `${node.name}: Kubernetes says the host is not ready`)];
  });
  const fitting = judged.filter(({ node, fit }) => fit.fits && node.ready).map(({ node }) => node.name);
  return { nodes: fitting.sort(), findings };
}

const leftOut = (node: string, because: string): Finding => ({
  code: 'NODE_LEFT_OUT',
  severity: 'warning',
  because: `${because}, so nothing is done there.`,
  target: node,
});

const nothingRemembered = (cluster: string): Finding => ({
  code: 'NOTHING_REMEMBERED',
  severity: 'warning',
  because: `There is neither a document nor a record of a cluster in ${cluster}, so no host could be looked at.`,
  remedy:
    'Apply the CephCluster document again (its image and dataDirHostPath are needed to look at the hosts), then start again.',
});

/**
 * Ends when every host's agent polls its queues (a ready agent does). A host that falls silent meanwhile is not waited for here: the look
 * at it waits, by its name.
 * @throws IMAGE_PULL_FAILED, POD_UNSCHEDULABLE, POD_NOT_READY with the pod's own reason; AGENT_TOO_OLD
 */
async function untilAgentsAnswer(deps: OpsDeps, { cluster, nodes, level }: UntilAgentsAnswerInput): Promise<Applied> {
  let asked = nodes;
  try {
    while (asked.length > 0) {
      const silent = await readyOrSilent(deps, cluster, asked);
      if (silent.length === 0) break;
      asked = asked.filter((node) => !silent.includes(node));
    }
  } catch (error) {
    throw await namingTheImage(deps, cluster, error);
  }
  if (level !== undefined) await requireAgentLevel(deps.kubernetes, cluster, level);
  return { already: false };
}

/** Ends when that many agents are ready (then with no name), or with the hosts that have fallen silent. */
function readyOrSilent({ kubernetes }: OpsDeps, cluster: string, nodes: string[]): Promise<string[]> {
  const context = Context.current();
  return unlessNoticed<string[]>({
    work: async (over) => {
      await kubernetes.untilPodsReady({
        namespace: cluster,
        selector: `app=${NAMES.agent}`,
        count: nodes.length,
        withinSeconds: AGENT_START_SECONDS,
        onProgress: (sentence) => context.heartbeat(sentence),
        signal: AbortSignal.any([context.cancellationSignal, over]),
      });
      return [];
    },
    look: async () => {
      const silent = silentAmong(await kubernetes.nodes(), nodes).map(({ node }) => node);
      return silent.length === 0 ? undefined : silent;
    },
  });
}

/** The last words of an agent that Temporal refuses (worker/temporal-connection.ts): it runs well in its image. */
const REFUSED_BY_TEMPORAL = /Temporal at |TEMPORAL_/;

/** The agent's container runs in the document's image: what does not start there is most likely no Ceph image. */
async function namingTheImage(deps: OpsDeps, cluster: string, error: unknown): Promise<unknown> {
  if (!(error instanceof CephflowError) || error.code !== 'POD_NOT_READY') return error;
  if (REFUSED_BY_TEMPORAL.test(error.message)) return error;
  const image = imageOf(await deps.kubernetes.read(agentDaemonSet(cluster)));
  return failure('NOT_A_CEPH_IMAGE', `Agents do not start in the document's image ${image}: ${error.message}`, {
    cause: error,
  });
}

const imageOf = (object: KubernetesObject | undefined): string => {
  const spec = object?.['spec'] as { template?: { spec?: { containers?: { image?: string }[] } } } | undefined;
  return spec?.template?.spec?.containers?.[0]?.image ?? 'unknown';
};
