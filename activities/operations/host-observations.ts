import type { HostFacts } from '../../src/contract/host.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';

export interface WantedObservations {
  cluster: string;
  nodes: string[];
  /** Token of this look; what was written under another one is stale. */
  observation: string;
}

/** Name of the ConfigMap into which a host's agent writes what it sees. */
export const observationName = (node: string): string => `local-device-${node}`;

/**
 * What every host's agent saw under this token, in the order of `nodes`. A plan never rests on an older look: a host whose ConfigMap is
 * missing or carries another token fails with HOST_SILENT, all such hosts named.
 */
export async function readHostFacts(
  kubernetes: Pick<Kubernetes, 'read'>,
  { cluster, nodes, observation }: WantedObservations,
): Promise<HostFacts[]> {
  const looks = await Promise.all(
    nodes.map(async (node) => {
      const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: cluster, name: observationName(node) };
      const data = (await kubernetes.read(ref))?.['data'] as Record<string, string> | undefined;
      return { node, facts: data?.['observation'] === observation ? data['facts'] : undefined };
    }),
  );
  const silent = looks.filter(({ facts }) => facts === undefined).map(({ node }) => node);
  if (silent.length > 0)
    throw failure(
      'HOST_SILENT',
      `No fresh look at ${silent.join(', ')} of cluster ${cluster} was written by its agent`,
    );
  return looks.map(({ facts = 'null' }) => JSON.parse(facts) as HostFacts);
}

/** What these hosts saw whenever they looked last; those that never did are left out. For a record of what is there, never for a plan. */
export async function readLastLooks(
  kubernetes: Pick<Kubernetes, 'read'>,
  cluster: string,
  nodes: string[],
): Promise<HostFacts[]> {
  const maps = await Promise.all(
    nodes.map((node) =>
      kubernetes.read({ apiVersion: 'v1', kind: 'ConfigMap', namespace: cluster, name: observationName(node) }),
    ),
  );
  return maps.flatMap((map) => {
    const { facts } = (map?.['data'] ?? {}) as { facts?: string };
    return facts === undefined ? [] : [JSON.parse(facts) as HostFacts];
  });
}
