import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import type { NodeFacts } from '../../src/kubernetes/node-facts.ts';

export type HostWithAddress = Pick<NodeFacts, 'hostname' | 'internalIp' | 'labels'> & { node: string };

export type Places = (node: string) => HostWithAddress;

/** Nodes by name, as the builders need them. The lookup throws HOST_SILENT for a node that Kubernetes does not know any more. */
export async function hostPlaces(kubernetes: Kubernetes): Promise<Places> {
  const nodes = await kubernetes.nodes();
  return (node) => {
    const found = nodes.find(({ name }) => name === node);
    if (found === undefined) throw failure('HOST_SILENT', `Kubernetes does not know the host ${node} any more`);
    const { hostname, internalIp, labels } = found;
    return { node, hostname, internalIp, labels };
  };
}
