import type { PlannedMon } from '../../src/contract/bootstrap.ts';
import type { Finding } from '../../src/contract/finding.ts';
import type { BootstrapObservation } from '../../src/domain/bootstrap-plan.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { APP } from '../../src/manifests/labels.ts';
import { NAMES } from '../../src/manifests/names.ts';
import type { KubernetesObject } from '../../src/manifests/object.ts';
import type { ClusterDocument } from '../documents/cluster-document.ts';
import { readClusterRecord, type ClusterRecord } from '../operations/cluster-record.ts';

export interface ExistingObjects {
  fsid: string | null;
  mons: PlannedMon[];
  existing: BootstrapObservation['existing'];
  findings: Finding[];
}

/** What Kubernetes already holds of the cluster. Reads only. */
export async function readExistingParts(
  kubernetes: Kubernetes,
  cluster: string,
  document: ClusterDocument,
): Promise<ExistingObjects> {
  const read = (apiVersion: string, kind: string, name: string) =>
    kubernetes.read({ apiVersion, kind, namespace: cluster, name });
  const [identity, endpoints, monBudget, mgrBudget, dashboard, mgrService, toolbox, deployments, record] =
    await Promise.all([
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
      readClusterRecord(kubernetes, cluster),
    ]);
  const { spec } = document;
  return {
    fsid: identity === undefined ? null : decoded(identity, 'fsid'),
    mons: endpoints === undefined ? [] : mappedMons(endpoints),
    existing: {
      settings:
        identity !== undefined &&
        record?.fsid === decoded(identity, 'fsid') &&
        record?.appliedDocument === document.hash,
      budgets: (spec.mon.count < 3 || monBudget !== undefined) && (spec.mgr.count < 2 || mgrBudget !== undefined),
      dashboard: mgrService !== undefined && (!spec.dashboard.enabled || dashboard !== undefined),
      toolbox: toolbox !== undefined,
      reported: (document.object['status'] as { phase?: string } | undefined)?.phase === 'Ready',
      mgrDeployments: deployments
        .filter((object) => appOf(object) === APP.mgr)
        .map((object) => object.metadata.labels?.['ceph_daemon_id'] ?? ''),
    },
    findings: [...otherImages(deployments, spec.cephVersion.image), ...lostIdentity(cluster, identity, record)],
  };
}

const appOf = (object: KubernetesObject): string | undefined => object.metadata.labels?.['app'];

const decoded = (secret: KubernetesObject, key: string): string | null => {
  const value = (secret['data'] as Record<string, string> | undefined)?.[key];
  return value === undefined ? null : Buffer.from(value, 'base64').toString('utf8');
};

interface MonMapping {
  node?: Record<string, { Name: string; Address: string } | null>;
}

/** Mons as the ConfigMap of Rook's format maps them to hosts; a mon without a host is not counted as placed. */
function mappedMons(endpoints: KubernetesObject): PlannedMon[] {
  const data = (endpoints['data'] ?? {}) as Record<string, string>;
  const mapping = JSON.parse(data['mapping'] ?? '{}') as MonMapping;
  return Object.entries(mapping.node ?? {})
    .flatMap(([id, place]) => (place === null ? [] : [{ id, node: place.Name }]))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface PodTemplate {
  spec?: { template?: { spec?: { containers?: { name: string; image: string }[] } } };
}

/** Bootstrap never changes the image of a daemon that runs: that is an upgrade, with its own gates. */
function otherImages(deployments: KubernetesObject[], image: string): Finding[] {
  const others = deployments.filter((object) =>
    (object as PodTemplate).spec?.template?.spec?.containers?.some(
      (container) => container.image !== image && isDaemon(container.name),
    ),
  );
  if (others.length === 0) return [];
  return [
    {
      code: 'OTHER_IMAGE_RUNS',
      severity: 'warning',
      because: `${others.length} daemons run another image than the document's ${image}; bootstrap leaves them as they are.`,
      remedy: 'Use upgrade-ceph-version to change the version of a cluster that runs.',
      target: 'cephVersion.image',
    },
  ];
}

const isDaemon = (container: string): boolean => ['mon', 'mgr', 'osd'].includes(container);

/** The Secret is gone but the cluster is remembered: a new fsid beside its old disks would make them worthless. */
function lostIdentity(
  cluster: string,
  identity: KubernetesObject | undefined,
  record: ClusterRecord | null,
): Finding[] {
  if (identity !== undefined || record === null || record.fsid === null) return [];
  return [
    {
      code: 'IDENTITY_LOST',
      severity: 'blocking',
      because: `${cluster} was the cluster ${record.fsid}, but its Secret ${NAMES.mon} is gone.`,
      remedy: `Restore the Secret, or run teardown for what is left of that cluster. Waive IDENTITY_LOST only to make a new cluster beside its disks.`,
      target: record.fsid,
    },
  ];
}
