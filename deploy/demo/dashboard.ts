import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { until } from '../lab/until.ts';

interface NodePortService {
  spec: { ports: { nodePort: number }[] };
}

/**
 * Address of Ceph's dashboard through the example's NodePort Service, proven by a request from this machine.
 * @throws with the last answer where nothing serves there
 */
export async function dashboardAddress(kubernetes: Kubernetes, cluster: string): Promise<string> {
  const ref = { apiVersion: 'v1', kind: 'Service', name: 'rook-ceph-mgr-dashboard-external', namespace: cluster };
  const service = (await kubernetes.read(ref)) as unknown as NodePortService | undefined;
  const port = service?.spec.ports[0]?.nodePort;
  const node = (await kubernetes.nodes()).find(({ ready }) => ready);
  if (port === undefined || node === undefined)
    throw new Error(`The Service ${ref.name} in ${cluster} has no node port yet, or no node is ready.`);
  const address = `http://${node.internalIp}:${port}`;
  let answer = 'nothing';
  await until('the dashboard answers', 60, async () => {
    answer = await ask(address);
    return answer === '200';
  }).catch((cause: unknown) => {
    throw new Error(`Ceph's dashboard does not answer at ${address}: ${answer}.`, { cause });
  });
  return address;
}

async function ask(address: string): Promise<string> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(5000) });
    const page = await response.text();
    if (response.status !== 200) return String(response.status);
    // Any web server could say 200; the page must be Ceph's.
    return /ceph/i.test(page) ? '200' : 'a page that is not the dashboard';
  } catch (error) {
    const cause = (error as Error).cause;
    return cause instanceof Error ? cause.message : (error as Error).message;
  }
}
