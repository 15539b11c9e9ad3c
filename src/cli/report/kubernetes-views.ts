import type { KubernetesObject } from '../../manifests/object.ts';
import { nodeFactsOf } from '../../kubernetes/node-facts.ts';

interface ContainerStatus {
  name: string;
  restartCount?: number;
  [field: string]: unknown;
}

interface PodView {
  spec?: { nodeName?: string };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: unknown[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

/** A pod as far as it tells how it fares. Its spec is left out: that is where people put passwords. */
export function podView(pod: KubernetesObject) {
  const { metadata } = pod;
  const { spec = {}, status = {} } = pod as PodView;
  return {
    name: metadata.name,
    labels: metadata.labels ?? {},
    createdAt: metadata.creationTimestamp,
    deletedAt: metadata.deletionTimestamp,
    node: spec.nodeName ?? null,
    phase: status.phase,
    reason: status.reason,
    message: status.message,
    conditions: status.conditions ?? [],
    containers: containersOf(pod),
  };
}

/** Every container that has run, init containers first. */
export function containersOf(pod: KubernetesObject): ContainerStatus[] {
  const { status = {} } = pod as PodView;
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
}

interface EventView {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  involvedObject?: { kind?: string; name?: string };
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
}

/** An event without the bookkeeping around it. */
export function eventView(event: KubernetesObject) {
  const { type, reason, message, count, involvedObject: about, ...times } = event as EventView;
  return {
    at: times.lastTimestamp ?? times.eventTime ?? times.firstTimestamp ?? event.metadata.creationTimestamp ?? '',
    about: `${about?.kind ?? ''}/${about?.name ?? ''}`,
    type,
    reason,
    message,
    count,
  };
}

/** A node's facts as planning sees them, and its own conditions. */
export function nodeView(node: KubernetesObject) {
  const { taints, ...facts } = nodeFactsOf(node);
  const { conditions = [], capacity = {} } =
    (node as { status?: { conditions?: unknown[]; capacity?: object } }).status ?? {};
  return {
    ...facts,
    taints: taints.map(({ key, value, effect }) => `${key}=${value}:${effect}`),
    capacity,
    conditions,
  };
}

/** An object as it stands in Kubernetes, without what the API server and kubectl note in it for themselves. */
export function objectView(object: KubernetesObject): KubernetesObject {
  const { managedFields: _, annotations = {}, ...metadata } = object.metadata;
  const kept = Object.entries(annotations).filter(([name]) => !name.startsWith('kubectl.kubernetes.io/'));
  return { ...object, metadata: { ...metadata, annotations: Object.fromEntries(kept) } };
}
