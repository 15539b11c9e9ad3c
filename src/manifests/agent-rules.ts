/** One rule of a Role. */
export interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/**
 * What an agent may do, in its own namespace alone, and why; docs/security.md shows it. The ops worker must hold each of these rights itself,
 * because nobody can grant what they do not have; a test compares the two.
 */
export const AGENT_RIGHTS: { because: string; rule: PolicyRule }[] = [
  {
    because: 'Keys: read to talk to the cluster, created once at its birth. Never updated or deleted by an agent.',
    rule: { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create'] },
  },
  {
    because:
      'Device tables (local-device-<node>), mon endpoints, the list of operations that a step checks before it changes something.',
    rule: { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update'] },
  },
  {
    because: 'The document: settings are read from it, so that their values never pass through a workflow.',
    rule: { apiGroups: ['ceph.rook.io'], resources: ['cephclusters'], verbs: ['list'] },
  },
  {
    because:
      "Pods of the mgrs: the label by which dashboard and metrics find the active one follows what the host's own mgr says.",
    rule: { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'patch'] },
  },
];

export const AGENT_RULES: PolicyRule[] = AGENT_RIGHTS.map(({ rule }) => rule);
