import type { Client } from '@temporalio/client';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';

/** What the activities of the ops worker stand on. Fixed for the life of its process. */
export interface OpsDeps {
  kubernetes: Kubernetes;
  temporal: Client;
  /** Image of cephflow itself, from which the agents copy Node and code. */
  cephflowImage: string;
  cephflowVersion: string;
  /** Temporal's connection settings as the agents get them. */
  temporalEnvironment: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[];
  /** Only the lab's workers allow OSDs on loop devices. */
  allowLoopDevices: boolean;
  /** The clock, for ages of ended operations. */
  now: () => Date;
}
