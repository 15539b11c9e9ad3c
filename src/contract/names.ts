/** Search attributes that every operation sets by itself; columns of the Temporal UI. All are Keywords. */
export const SEARCH_ATTRIBUTES = [
  'CephCluster',
  'CephOperation',
  'CephTarget',
  'CephPhase',
  'CephAwaiting',
  'CephHealth',
] as const;
export type SearchAttribute = (typeof SEARCH_ATTRIBUTES)[number];

/** Who or what an operation waits for. */
export type Awaiting = 'none' | 'approval' | 'operator' | 'host' | 'operation';

export type Phase = 'observe' | 'plan' | 'approve' | 'lock' | 'apply' | 'verify' | 'report' | 'undo' | 'ended';

/** Namespace of the ops worker. */
export const SYSTEM_NAMESPACE = 'cephflow-system';

/** ConfigMap of the ops worker's namespace: what is remembered of each cluster, a key each. */
export const CLUSTER_RECORDS = 'cephflow-clusters';

/** Field manager of everything we write to the API server: one name, so that conflicts name us. */
export const FIELD_MANAGER = 'cephflow';

/** Annotation of an agent's pod: the Ceph image that it was asked to run in. */
export const ASKED_IMAGE = 'cephflow.io/ceph-image';

/** Annotation of an agent's pod: what its image can do, as a level. */
export const AGENT_LEVEL = 'cephflow.io/agent-level';

/** Each adds activities that some operation cannot do without; `clusters` are those of bootstrap and teardown, and of agents without a level. */
export const AGENT_LEVELS = { clusters: 1, disks: 2 } as const;

/** Finalizer on the document and the identity Secrets; only teardown takes it away. */
export const FINALIZER = 'cephflow.io/disaster-protection';

/** Annotation of the active mgr's pod: the epoch of the mgr map by which it became the active one. */
export const MGRMAP_EPOCH = 'cephflow.io/mgrmap-epoch';
