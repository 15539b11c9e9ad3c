import { Context } from '@temporalio/activity';
import type { RemoveAgentsInput, RemovedObjects } from '../../src/contract/teardown-activities.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { APP } from '../../src/manifests/labels.ts';
import { NAMES } from '../../src/manifests/names.ts';
import { refOf, type KubernetesObject, type ObjectRef } from '../../src/manifests/object.ts';
import { observationName } from '../operations/host-observations.ts';
import { endPods } from './end-pods.ts';
import { notProven } from './silent-hosts.ts';

/** An agent that still runs a command has this long to end it. */
const GRACE_SECONDS = 10;
const GONE_WITHIN_SECONDS = 120;

/** In this order: an agent that is ending still needs its permissions. */
const PERMISSIONS = [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
];

/**
 * Removes the agents of a cluster and proves their pods gone, then what they may do and what they wrote (`local-device-<node>`). The last
 * look at a host that is not there now stays: it is the last trace of which disks that host has.
 * Harmless when called again, and where there never were any. An agent on a silent host that is left out is asked to end and ends when its
 * host is back; without its permissions it can do nothing until then.
 * @throws HOST_NOT_READY where a silent host is not left out
 */
export async function removeAgents(
  { kubernetes }: { kubernetes: Kubernetes },
  { cluster, leaving = [] }: RemoveAgentsInput,
): Promise<RemovedObjects> {
  const removed: string[] = [];
  const remove = async (ref: ObjectRef): Promise<void> => {
    Context.current().heartbeat(`removing ${ref.kind} ${ref.name}`);
    const { already } = await kubernetes.remove(ref);
    if (!already) removed.push(`${ref.kind}/${ref.name}`);
  };
  await remove({ apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: cluster, name: NAMES.agent });
  const selector = `app=${APP.agent}`;
  const unproven = await endPods(kubernetes, {
    namespace: cluster,
    selector,
    graceSeconds: GRACE_SECONDS,
    withinSeconds: GONE_WITHIN_SECONDS,
  });
  const missed = unproven.hosts.filter(({ target = '' }) => leaving !== 'silent' && !leaving.includes(target));
  if (missed.length > 0) throw notProven([{ ...unproven, hosts: missed }]);
  for (const kind of PERMISSIONS) await remove({ ...kind, namespace: cluster, name: NAMES.agent });
  const present = (await kubernetes.nodes()).filter(({ ready }) => ready).map(({ name }) => observationName(name));
  const looks = await listObservations(kubernetes, cluster);
  for (const ref of looks.filter(({ name }) => present.includes(name))) await remove(ref);
  return { removed, already: removed.length === 0 };
}

/** Removes the last look at every host. Only when nothing of the cluster is left anywhere. Harmless when called again. */
export async function removeLooks(kubernetes: Kubernetes, cluster: string): Promise<{ removed: string[] }> {
  const looks = await listObservations(kubernetes, cluster);
  for (const ref of looks) await kubernetes.remove(ref);
  return { removed: looks.map(({ kind, name }) => `${kind}/${name}`) };
}

/** Rook's discovery writes ConfigMaps of the same name; only those with our token are ours. */
async function listObservations(kubernetes: Kubernetes, cluster: string): Promise<ObjectRef[]> {
  const all = await kubernetes.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: cluster });
  const isOurs = ({ metadata: { name }, data }: KubernetesObject): boolean =>
    name.startsWith(observationName('')) && (data as { observation?: string } | undefined)?.observation !== undefined;
  return all.filter(isOurs).map(refOf);
}
