import type { KubernetesObject } from '../manifests/object.ts';

/** The part of Kubernetes that the commands use; a subset of src/kubernetes, so that tests need no API server. */
export interface KubernetesPort {
  /** Context and server, for "which cluster is this?". */
  readonly description: string;
  apply(object: KubernetesObject): Promise<{ changed: boolean }>;
  create(object: KubernetesObject): Promise<{ already: boolean }>;
  list(query: {
    apiVersion: string;
    kind: string;
    namespace?: string;
    labelSelector?: string;
  }): Promise<KubernetesObject[]>;
  /** The last lines that a container wrote; with `previous`, the one that ran before its last restart. */
  log(container: ContainerRef, lines: number, which: 'current' | 'previous'): Promise<string>;
  serverVersion(): Promise<string>;
}

export interface ContainerRef {
  namespace: string;
  pod: string;
  container: string;
}
