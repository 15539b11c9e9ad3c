import type { KubernetesObject } from '../manifests/object.ts';

/** The parts of a pod that tell how it fares. Source: Kubernetes API core/v1. */
export interface PodView {
  metadata: { name: string; namespace?: string; uid?: string; creationTimestamp?: string; deletionTimestamp?: string };
  spec?: { nodeName?: string };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

export interface ContainerStatus {
  name: string;
  ready?: boolean;
  image?: string;
  restartCount?: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: object;
  terminated?: { exitCode?: number; reason?: string; message?: string; signal?: number };
}

/** What an event says about a pod. */
export interface PodEvent {
  reason?: string;
  message?: string;
  type?: string;
}

export const podView = (object: KubernetesObject): PodView => object;
