/** Names of objects and host directories, as Rook has them: toolbox manifests, the kubectl plugin and dashboards look for these. */

export const NAMES = {
  mon: 'rook-ceph-mon',
  monsKeyring: 'rook-ceph-mons-keyring',
  adminKeyring: 'rook-ceph-admin-keyring',
  config: 'rook-ceph-config',
  monEndpoints: 'rook-ceph-mon-endpoints',
  configOverride: 'rook-config-override',
  mgrService: 'rook-ceph-mgr',
  dashboardService: 'rook-ceph-mgr-dashboard',
  dashboardPassword: 'rook-ceph-dashboard-password',
  crashKeyring: 'rook-ceph-crash-collector-keyring',
  logFiles: 'cephflow-log-files',
  crashPruner: 'rook-ceph-crashcollector-pruner',
  monBudget: 'rook-ceph-mon-pdb',
  mgrBudget: 'rook-ceph-mgr-pdb',
  toolbox: 'rook-ceph-tools',
  agent: 'cephflow-agent',
} as const;

export const SERVICE_ACCOUNTS = { default: 'rook-ceph-default', mgr: 'rook-ceph-mgr', osd: 'rook-ceph-osd' } as const;

export const monName = (id: string): string => `rook-ceph-mon-${id}`;
export const mgrName = (id: string): string => `rook-ceph-mgr-${id}`;
export const osdName = (id: number): string => `rook-ceph-osd-${id}`;
export const mgrKeyringName = (id: string): string => `rook-ceph-mgr-${id}-keyring`;

export interface HostPaths {
  monData(id: string): string;
  osdData(fsid: string, osdUuid: string): string;
  log: string;
  crash: string;
  /** Admin sockets, shared with a metrics exporter. */
  sockets: string;
}

/** Directories of a cluster on a host. Mon stores and sockets lie outside the namespace's directory, as with Rook. */
export const hostPaths = (dataDir: string, namespace: string): HostPaths => ({
  monData: (id) => `${dataDir}/mon-${id}/data`,
  osdData: (fsid, osdUuid) => `${dataDir}/${namespace}/${fsid}_${osdUuid}`,
  log: `${dataDir}/${namespace}/log`,
  crash: `${dataDir}/${namespace}/crash`,
  sockets: `${dataDir}/exporter`,
});
