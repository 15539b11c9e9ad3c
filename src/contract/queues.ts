/** The only queue a person ever types: all workflows, and activities that need only the Kubernetes API. */
export const OPS_QUEUE = 'cephflow';

/** Any agent of the cluster: the Ceph command line. */
export const cephQueue = (cluster: string): string => `ceph.${cluster}`;

/** One host, one changing activity at a time. Never served by another host. */
export const diskQueue = (cluster: string, node: string): string => `disk.${cluster}.${node}`;

/** One host, read-only. */
export const probeQueue = (cluster: string, node: string): string => `probe.${cluster}.${node}`;
