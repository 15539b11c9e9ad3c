import type { ClusterStore } from '../../src/ceph/cluster-store.ts';
import type { CephSession, SessionSource } from '../../src/ceph/session.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { DiskHost } from '../../src/disks/disk-host.ts';
import type { CephClusterSpec } from '../../src/spec/ceph-cluster.ts';

/** What the activities of one agent stand on. Fixed for the life of its process. */
export interface AgentDeps {
  kubernetes: ClusterStore & Pick<Kubernetes, 'updateWithRetry'>;
  /** The CephCluster document of the namespace; `undefined` where there is none any more. */
  readDocument: (cluster: string) => Promise<CephClusterSpec | undefined>;
  /** Stands in for the connection to the mons, where a cluster is only modelled. */
  openSession?: (source: SessionSource) => Promise<CephSession>;
  host: DiskHost;
  /** Memory-backed directory for keys, `/run/cephflow-keys`. */
  cephDir: string;
  /** The host's /etc/machine-id as mounted here. */
  machineIdPath: string;
  /** Only the lab's workers allow OSDs on loop devices. */
  loopDevices: 'allowed' | 'refused';
}
