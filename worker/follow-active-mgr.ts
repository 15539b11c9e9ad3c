import { readSocketFsid } from '../src/ceph/admin-socket.ts';
import { fsidOf } from '../src/ceph/cluster-store.ts';
import { readLocalMgrs, type LocalMgr } from '../src/ceph/mgr-socket.ts';
import type { MgrClaim } from '../src/domain/mgr-roles.ts';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';
import { labelMgrs, readRolesToChange } from '../src/kubernetes/mgr-roles.ts';
import { hostPaths, NAMES } from '../src/manifests/names.ts';

/** A failover is followed within twice this, also where a look fails once. */
export const FOLLOW_MGR_EVERY_SECONDS = 5;

export interface HostOfCluster {
  kubernetes: Pick<Kubernetes, 'list' | 'read' | 'patchMetadata'>;
  cluster: string;
  node: string;
  /** `dataDirHostPath` of the cluster. */
  dataDir: string;
}

/**
 * One look at the mgrs of this host: what they say of themselves becomes the label of their pods, by which dashboard and metrics find
 * the active one. Holds no key of Ceph and starts no program. Returns a sentence per change; writes nothing where nothing changed.
 */
export async function followActiveMgr(host: HostOfCluster): Promise<string[]> {
  const mgrs = await readLocalMgrs(hostPaths(host.dataDir, host.cluster).sockets);
  const told: string[] = [];
  for (const mgr of mgrs) told.push(...(await tell(host, mgr)));
  return told;
}

async function tell({ kubernetes, cluster, node }: HostOfCluster, local: LocalMgr): Promise<string[]> {
  const changes = await readRolesToChange(kubernetes, cluster, claimOf(local, node));
  if (changes.length === 0) return [];
  // The directory of the sockets may be shared with another cluster, whose mgrs have the same names.
  if (!(await isOurs(kubernetes, cluster, local))) return [];
  await labelMgrs(kubernetes, cluster, changes);
  return changes.map(
    ({ pod, role }) => `${pod} is labelled ${role}, because mgr.${local.mgr} says that it is ${local.role}`,
  );
}

const claimOf = ({ mgr, role, epoch }: LocalMgr, node: string): MgrClaim =>
  role === 'active' ? { by: 'mgr', active: mgr, node, epoch: epoch ?? 0 } : { by: 'mgr', standby: mgr, node };

async function isOurs(
  kubernetes: HostOfCluster['kubernetes'],
  cluster: string,
  { mgr, path }: LocalMgr,
): Promise<boolean> {
  const identity = { apiVersion: 'v1', kind: 'Secret', namespace: cluster, name: NAMES.mon };
  const [fsid, own] = await Promise.all([
    readSocketFsid({ path, daemon: `ceph-mgr.${mgr}`, alive: true }),
    kubernetes.read(identity).then(fsidOf),
  ]);
  return own !== null && fsid === own;
}
