import type { KubernetesObject } from '../manifests/object.ts';

export interface Taint {
  key: string;
  value: string;
  effect: string;
}

/** What planning needs to know of a node. */
export interface NodeFacts {
  name: string;
  uid: string;
  /** Value of the label `kubernetes.io/hostname`, which node selectors use; the name where it is missing. */
  hostname: string;
  ready: boolean;
  /** Since when Kubernetes says whether it is ready; ISO 8601. Missing where it never said so. */
  readyChangedAt?: string;
  unschedulable: boolean;
  taints: Taint[];
  labels: Record<string, string>;
  /** Empty where the node tells none. */
  internalIp: string;
  kernelVersion: string;
  machineId: string;
  osImage: string;
}

interface NodeView {
  metadata: { name: string; uid?: string; labels?: Record<string, string> };
  spec?: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[] };
  status?: {
    conditions?: { type: string; status: string; lastTransitionTime?: string }[];
    addresses?: { type: string; address: string }[];
    nodeInfo?: { kernelVersion?: string; machineID?: string; osImage?: string };
  };
}

export const HOSTNAME_LABEL = 'kubernetes.io/hostname';

export const nodeFactsOf = (object: KubernetesObject): NodeFacts => {
  const { metadata, spec, status } = object as unknown as NodeView;
  const labels = metadata.labels ?? {};
  const readiness = status?.conditions?.find(({ type }) => type === 'Ready');
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    hostname: labels[HOSTNAME_LABEL] ?? metadata.name,
    ready: readiness?.status === 'True',
    ...(readiness?.lastTransitionTime === undefined ? {} : { readyChangedAt: readiness.lastTransitionTime }),
    unschedulable: spec?.unschedulable ?? false,
    taints: (spec?.taints ?? []).map(({ key, value = '', effect }) => ({ key, value, effect })),
    labels,
    internalIp: status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '',
    kernelVersion: status?.nodeInfo?.kernelVersion ?? '',
    machineId: status?.nodeInfo?.machineID ?? '',
    osImage: status?.nodeInfo?.osImage ?? '',
  };
};
