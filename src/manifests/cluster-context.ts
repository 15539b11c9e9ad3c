import type { CephClusterSpec } from '../spec/ceph-cluster.ts';

/** What every builder needs to know of a cluster. */
export interface ClusterContext {
  namespace: string;
  fsid: string;
  /** The cluster's own Ceph image. */
  image: string;
  /** `x.y.z` as the image reports it. */
  cephVersion: string;
  spec: CephClusterSpec;
  operatorVersion: string;
}

/** A host that pods are tied to. */
export interface HostPlace {
  node: string;
  /** Value of the node's label `kubernetes.io/hostname`, which is not always the node's name. */
  hostname: string;
}

/** Host networking is decided here for every daemon, so that mons and those who look for them never differ. */
export const usesHostNetwork = ({ network }: Pick<CephClusterSpec, 'network'>): boolean => network.provider === 'host';
