import type { Finding } from '../contract/finding.ts';
import type { HostFacts } from '../contract/host.ts';

/** A pod that does the work of its host, and the Ceph image whose programs it has. */
export interface AgentPod {
  name: string;
  node: string;
  image: string;
}

/** All agents run the cluster's image, so they agree; where they do not, the oldest counts and a finding says so. */
export const commonVersion = (facts: HostFacts[]): string =>
  facts.map(({ cephVersion }) => cephVersion).toSorted()[0] ?? '';

/**
 * Agents that would make stores and OSDs with other programs than those the daemons then run: agents are not restarted when the document
 * changes, and a store made by a newer Ceph can not be opened by an older one.
 * @param image that the document names
 */
export function mixedAgents(cluster: string, image: string, agents: AgentPod[], facts: HostFacts[]): Finding[] {
  const others = agents.filter((agent) => agent.image !== image);
  if (others.length > 0) return [otherImage(cluster, image, others)];
  const versions = [...new Set(facts.map(({ cephVersion }) => cephVersion))].sort();
  if (versions.length < 2) return [];
  return [
    {
      code: 'MIXED_AGENT_IMAGES',
      severity: 'blocking',
      because: `The agents run different Ceph versions: ${versions.join(', ')}.`,
      remedy:
        "Delete the agent pods of the older version so that they start with the document's image, then send retry.",
    },
  ];
}

function otherImage(cluster: string, image: string, others: AgentPod[]): Finding {
  const names = others.map(({ name }) => name).sort();
  const nodes = others.map(({ node }) => node).sort();
  const images = [...new Set(others.map((agent) => agent.image))].sort();
  const shown = nodes.slice(0, 3).join(', ') + (nodes.length > 3 ? ` and ${nodes.length - 3} more` : '');
  return {
    code: 'MIXED_AGENT_IMAGES',
    severity: 'blocking',
    because: `The agents of ${shown} still run ${images.join(', ')}, not the document's ${image}: they would make stores and OSDs with another Ceph than the daemons run.`,
    remedy: `Run "kubectl --namespace ${cluster} delete pod ${names.join(' ')}" so that they start with the document's image, then send retry.`,
    target: names.join(', '),
  };
}
