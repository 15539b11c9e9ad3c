import type { Finding } from '../contract/finding.ts';
import type { KubernetesObject } from '../manifests/object.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** Pods of agents and OSDs are privileged: they open disks. */
const NEEDED = 'privileged';

/**
 * A blocking finding where the namespace's Pod Security level forbids privileged pods. A namespace without the label follows the API
 * server's default, which cannot be read; there the pods themselves tell.
 */
export const podSecurityFinding = ({ metadata }: KubernetesObject): Finding | undefined => {
  const level = metadata.labels?.[ENFORCE];
  if (level === undefined || level === NEEDED) return undefined;
  return {
    code: 'POD_SECURITY',
    severity: 'blocking',
    because: `Namespace "${metadata.name}" enforces the Pod Security level "${level}", which forbids the privileged pods that open disks`,
    remedy: `kubectl label --overwrite namespace ${metadata.name} ${ENFORCE}=${NEEDED}`,
    target: metadata.name,
    evidence: { [ENFORCE]: level },
  };
};
