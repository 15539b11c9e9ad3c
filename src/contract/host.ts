import type { DiskFacts } from './disk.ts';

/** Something of a Ceph cluster that was found in a host's directories. */
export interface Leftover {
  kind: 'mon-store' | 'osd-directory' | 'cluster-directory';
  path: string;
  /** The Ceph cluster it belongs to; `null` where it could not be told (then it counts as foreign). */
  cephFsid: string | null;
  /** Mon name for `mon-store`, OSD uuid for `osd-directory`, namespace for `cluster-directory`. */
  name: string;
  /** True where the mon store was completed (keyring file there and monmap readable). */
  complete: boolean;
}

/** What an agent reads about its host, without changing anything. */
export interface HostFacts {
  node: string;
  /** /etc/machine-id of the host: a reinstalled host under an old name has another one. */
  machineId: string;
  /** `uname -r` */
  kernelVersion: string;
  /** As `ceph --version` of the agent's image reports, e.g. `20.2.4`. */
  cephVersion: string;
  disks: DiskFacts[];
  leftovers: Leftover[];
}
