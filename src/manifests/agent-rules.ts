/** One rule of a Role. */
export interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/**
 * What an agent may do, in its own namespace alone. The ops worker must hold each of these rights itself, because nobody can grant what they
 * do not have; a test compares the two.
 */
export const AGENT_RULES: PolicyRule[] = [
  // Keys: read to talk to the cluster, created once at its birth. Never updated or deleted by an agent.
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create'] },
  // Device tables (local-device-<node>), mon endpoints, the list of operations that a step checks before it changes something.
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update'] },
  // The document: settings are read from it, so that their values never pass through a workflow.
  { apiGroups: ['ceph.rook.io'], resources: ['cephclusters'], verbs: ['list'] },
];
