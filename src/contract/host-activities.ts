import type { ClusterInput } from './ceph-activities.ts';

/** A host that Kubernetes says is not ready, or does not know any more. */
export interface SilentHost {
  node: string;
  /** ISO 8601; `null` where Kubernetes does not say since when. */
  since: string | null;
}

export interface FindSilentHostsInput extends ClusterInput {
  nodes: string[];
}

export interface UntilHostsAnswerInput extends ClusterInput {
  nodes: string[];
  /** Which of them must be ready: a placement that lacks one host needs any, a step that stands on its hosts needs all. */
  wanted: 'all' | 'any';
}

/** Activities of the queue `cephflow` that tell a missing host from any other fault. They change nothing. */
export interface HostWaitActivities {
  /** Which of the hosts are silent. Gives Kubernetes the time it needs to notice that a host has stopped. */
  findSilentHosts(input: FindSilentHostsInput): Promise<{ silent: SilentHost[] }>;
  /** Ends when the hosts are ready again, however many days that takes. */
  untilHostsAnswer(input: UntilHostsAnswerInput): Promise<{ nodes: string[] }>;
}
