import { z } from 'zod';
import { fsidOf, readConfigMap } from '../../src/ceph/cluster-store.ts';
import type { PlannedMon } from '../../src/contract/bootstrap.ts';
import type { ClusterState } from '../../src/contract/ceph-activities.ts';
import { ASKED_IMAGE } from '../../src/contract/names.ts';
import type { AgentPod } from '../../src/domain/agent-images.ts';
import type { BootstrapObservation } from '../../src/domain/bootstrap-plan.ts';
import type { RememberedCluster } from '../../src/domain/data-dir.ts';
import type { DeployedDaemon } from '../../src/domain/other-images.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { isReady } from '../../src/kubernetes/pod-condition.ts';
import { APP } from '../../src/manifests/labels.ts';
import { CEPH_SECRET } from '../../src/manifests/identity.ts';
import { logsAsAsked } from '../../src/manifests/log-files.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import type { ClusterDocument } from '../documents/cluster-document.ts';
import { agentPods } from '../agents/agent-pods.ts';
import { readClusterRecord } from '../operations/cluster-record.ts';
import { mgrNodes, readCrashCollectors } from './crash-collectors.ts';
import { serves } from './keep-or-apply.ts';
import { isUnavailable, labelledActive, leadsToActive } from './mgr-parts.ts';

export interface ExistingObjects {
  fsid: string | null;
  mons: PlannedMon[];
  remembered: RememberedCluster | null;
  daemons: DeployedDaemon[];
  agents: AgentPod[];
  existing: Omit<BootstrapObservation['existing'], 'watch'>;
  /** Names of the Secrets that hold keys. */
  secrets: string[];
}

/** What Kubernetes already holds of the cluster. Reads only. */
export async function readExistingParts(
  kubernetes: Kubernetes,
  cluster: string,
  document: ClusterDocument,
  ceph: ClusterState,
): Promise<ExistingObjects> {
  const read = (apiVersion: string, kind: string, name: string) =>
    kubernetes.read({ apiVersion, kind, namespace: cluster, name });
  const [
    identity,
    endpoints,
    monBudget,
    mgrBudget,
    dashboard,
    mgrService,
    toolbox,
    deployments,
    agents,
    activeMgrs,
    crashCollectors,
    nodesOfMgrs,
    logFiles,
    record,
    secrets,
  ] = await Promise.all([
    read('v1', 'Secret', NAMES.mon),
    read('v1', 'ConfigMap', NAMES.monEndpoints),
    read('policy/v1', 'PodDisruptionBudget', NAMES.monBudget),
    read('policy/v1', 'PodDisruptionBudget', NAMES.mgrBudget),
    read('v1', 'Service', NAMES.dashboardService),
    read('v1', 'Service', NAMES.mgrService),
    read('apps/v1', 'Deployment', NAMES.toolbox),
    kubernetes.list({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: cluster,
      labelSelector: `rook_cluster=${cluster}`,
    }),
    agentPods(kubernetes, cluster),
    labelledActive(kubernetes, cluster),
    readCrashCollectors(kubernetes, cluster),
    mgrNodes(kubernetes, cluster),
    readConfigMap(kubernetes, cluster, NAMES.logFiles),
    readClusterRecord(kubernetes, cluster),
    kubernetes.list({ apiVersion: 'v1', kind: 'Secret', namespace: cluster }),
  ]);
  const { spec } = document;
  const fsid = fsidOf(identity);
  return {
    fsid,
    mons: endpoints === undefined ? [] : mappedMons(endpoints),
    remembered: record,
    daemons: deployedDaemons(deployments),
    agents: readyAgents(agents),
    existing: {
      settings:
        fsid !== null &&
        record?.fsid === fsid &&
        record?.appliedDocument === document.hash &&
        logsAsAsked(spec, logFiles),
      budgets: (spec.mon.count < 3 || monBudget !== undefined) && (spec.mgr.count < 2 || mgrBudget !== undefined),
      dashboard:
        mgrService !== undefined &&
        (!spec.dashboard.enabled || dashboard !== undefined) &&
        leadsToActive(activeMgrs, ceph),
      toolbox: toolbox !== undefined,
      crashCollectors,
      mgrNodes: nodesOfMgrs,
      reported: (document.object['status'] as { phase?: string } | undefined)?.phase === 'Ready',
      mgrDeployments: deployments
        .filter((object) => appOf(object) === APP.mgr && !isUnavailable(object))
        .map((object) => object.metadata.labels?.['ceph_daemon_id'] ?? ''),
    },
    secrets: secrets.filter(({ type }) => type === CEPH_SECRET).map(({ metadata }) => metadata.name),
  };
}

const appOf = (object: KubernetesObject): string | undefined => object.metadata.labels?.['app'];

const MON_MAPPING = z.object({
  node: z.record(z.string(), z.looseObject({ Name: z.string() }).nullable()).default({}),
});

/** Mons as the ConfigMap of Rook's format maps them to hosts; a mon without a host is not counted as placed. */
function mappedMons(endpoints: KubernetesObject): PlannedMon[] {
  const data = (endpoints['data'] ?? {}) as Record<string, string>;
  return Object.entries(parseMapping(data['mapping'] ?? '{}', endpoints))
    .flatMap(([id, place]) => (place === null ? [] : [{ id, node: place.Name }]))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Taken for empty, an unreadable mapping would place every mon anew. */
function parseMapping(text: string, { metadata }: KubernetesObject) {
  try {
    return MON_MAPPING.parse(JSON.parse(text)).node;
  } catch (cause) {
    throw failure(
      'INVALID_DOCUMENT',
      `Key "mapping" of ConfigMap ${metadata.name} in namespace ${metadata.namespace ?? ''} cannot be read, so it is not known on which hosts the mons are: ${String(cause)}`,
      { cause },
    );
  }
}

interface PodSpec {
  containers?: { name: string; image: string }[];
}

const imageOf = (spec: PodSpec | undefined, container: string): string | undefined =>
  spec?.containers?.find(({ name }) => name === container)?.image;

/** Mons, mgrs and OSDs that have a Deployment. */
function deployedDaemons(deployments: KubernetesObject[]): DeployedDaemon[] {
  return deployments.flatMap((object) => {
    const { ceph_daemon_type: type = '', ceph_daemon_id: id = '' } = object.metadata.labels ?? {};
    const { template } = (object['spec'] ?? {}) as { template?: { spec?: PodSpec } };
    const image = imageOf(template?.spec, type);
    if (!['mon', 'mgr', 'osd'].includes(type) || image === undefined) return [];
    return [{ name: `${type}.${id}`, image, serves: serves(object) }];
  });
}

/** Agents that take work now; one that ends or has not started makes nothing. */
function readyAgents(pods: KubernetesObject[]): AgentPod[] {
  return pods.flatMap((pod) => {
    const { nodeName = '', ...spec } = (pod['spec'] ?? {}) as PodSpec & { nodeName?: string };
    const image = pod.metadata.annotations?.[ASKED_IMAGE] ?? imageOf(spec, 'agent');
    if (!isReady(pod) || pod.metadata.deletionTimestamp !== undefined || image === undefined) return [];
    return [{ name: pod.metadata.name, node: nodeName, image }];
  });
}
