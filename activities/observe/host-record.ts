import type { HostFacts } from '../../src/contract/host.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { observationName } from '../operations/host-observations.ts';
import type { KubernetesObject, ObjectRef } from '../../src/manifests/object.ts';

export const observationRef = (cluster: string, node: string): ObjectRef => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: cluster,
  name: observationName(node),
});

/** Writes what an agent saw; facts pass between agent and planner this way, so that histories stay small. Last writer wins. */
export async function writeHostFacts(
  kubernetes: Kubernetes,
  cluster: string,
  observation: string,
  facts: HostFacts,
): Promise<void> {
  await kubernetes.updateWithRetry(observationRef(cluster, facts.node), (current) => ({
    ...(current ?? emptyRecord(cluster, facts.node)),
    data: { ...dataOf(current), facts: JSON.stringify(facts), observation, observedAt: new Date().toISOString() },
  }));
}

/** Writes the judged rows of a host beside its facts, for `cephflow devices` and kubectl. */
export async function writeDeviceRows(
  kubernetes: Kubernetes,
  cluster: string,
  node: string,
  rows: unknown[],
): Promise<void> {
  await kubernetes.updateWithRetry(observationRef(cluster, node), (current) =>
    current === undefined ? undefined : { ...current, data: { ...dataOf(current), devices: JSON.stringify(rows) } },
  );
}

export const dataOf = (object: KubernetesObject | undefined): Record<string, string> =>
  (object?.['data'] ?? {}) as Record<string, string>;

export const emptyRecord = (cluster: string, node: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: observationName(node),
    namespace: cluster,
    labels: { app: 'cephflow-devices', 'cephflow.io/node': node },
  },
});
