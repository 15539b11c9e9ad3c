import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { OpsDeps } from '../../activities/ops-deps.ts';
import type { StartDaemonsInput } from '../../src/contract/bootstrap-activities.ts';
import { bootstrapFacts } from '../../src/contract/bootstrap-facts.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { planBootstrap } from '../../src/domain/bootstrap-plan.ts';
import { FSID } from '../domain/disk-facts-builder.ts';
import { fakeTemporal } from './fake-temporal.ts';
import { aFreshCluster } from './bootstrap-observation.ts';

export const opsDeps = (kubernetes: Kubernetes): OpsDeps => ({
  kubernetes,
  temporal: fakeTemporal().client,
  cephflowImage: 'cephflow:1',
  cephflowVersion: '1.0.0',
  temporalEnvironment: [{ name: 'TEMPORAL_ADDRESS', value: 'temporal:7233' }],
  allowLoopDevices: false,
  now: () => new Date(0),
});

/** Runs an activity as a worker would. */
export const asActivity = <T>(act: () => Promise<T>): Promise<T> =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(act);

/** What the workflow hands to an applying activity of a fresh cluster whose document has this hash. */
export const startInput = (hash: string): StartDaemonsInput => ({
  cluster: 'rook-ceph',
  fsid: FSID,
  facts: { ...bootstrapFacts(planBootstrap(aFreshCluster())), document: { generation: 1, hash } },
});
