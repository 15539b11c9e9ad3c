import type { Finding } from '../contract/finding.ts';
import type { ObservedHealth } from './health-observation.ts';

/** Hosts that the cluster needs and that are down or silent, whatever colour Ceph shows. Pure. */
export function judgeHosts(seen: ObservedHealth): Finding[] {
  const { remembered, ceph, cluster } = seen;
  const answering = ceph.reachable ? `Ceph says ${ceph.health.status}` : 'Ceph does not answer';
  return (remembered?.nodes ?? []).flatMap((name): Finding[] => {
    const node = seen.nodes.find((one) => one.name === name);
    if (node === undefined) return [gone(name)];
    if (!node.ready) return [down(name, answering)];
    return seen.agents.includes(name) ? [] : [silent(cluster, name)];
  });
}

const gone = (node: string): Finding => ({
  code: 'NODE_GONE',
  severity: 'warning',
  because: `${node} carried a part of the cluster, and Kubernetes does not know it any more.`,
  remedy: `Bring ${node} back under the same name with the same disks.`,
  target: node,
});

const down = (node: string, answering: string): Finding => ({
  code: 'NODE_DOWN',
  severity: 'warning',
  because: `${node} carries a part of the cluster, and Kubernetes says that it is not ready, while ${answering}.`,
  remedy: `Look at the host and its kubelet: kubectl describe node ${node}`,
  target: node,
});

const silent = (cluster: string, node: string): Finding => ({
  code: 'AGENT_SILENT',
  severity: 'warning',
  because: `The host ${node} is ready, but no agent is ready on it: no operation can work there, and its disks are not seen.`,
  remedy: `Look at its pod: kubectl -n ${cluster} get pods -l app=cephflow-agent --field-selector spec.nodeName=${node}. Bootstrap brings a missing one back.`,
  target: node,
});
