import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { refOf, type KubernetesObject } from '../../src/manifests/object.ts';

/**
 * Makes a daemon's Deployment. One that serves already is left exactly as it is, because a changed pod template would restart the
 * daemon outside any gate; one that never came up is brought to what the document says now, which is how a wrong image is cured.
 */
export async function keepOrApply(kubernetes: Kubernetes, deployment: KubernetesObject): Promise<{ already: boolean }> {
  const existing = await kubernetes.read(refOf(deployment));
  if (existing !== undefined && serves(existing)) return { already: true };
  const { changed } = await kubernetes.apply(deployment);
  return { already: !changed };
}

interface DeploymentStatus {
  availableReplicas?: number;
  conditions?: { type: string; status: string; reason?: string }[];
}

/** It serves, or it did and is only down: both keep their template. One that never came up has no complete rollout. */
export function serves(object: KubernetesObject): boolean {
  const { availableReplicas = 0, conditions = [] } = (object['status'] ?? {}) as DeploymentStatus;
  return (
    availableReplicas > 0 ||
    conditions.some(({ type, reason }) => type === 'Progressing' && reason === 'NewReplicaSetAvailable')
  );
}
