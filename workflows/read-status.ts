import { ApplicationFailure } from '@temporalio/workflow';
import type { ClusterState } from '../src/contract/ceph-activities.ts';
import { briefCephOn } from './activity-profiles.ts';

/** One look at a cluster through its agents, for `cephflow status`. Changes nothing. */
export async function readStatus(request?: { cluster?: unknown }): Promise<ClusterState> {
  const cluster = request?.cluster;
  if (typeof cluster !== 'string')
    throw ApplicationFailure.nonRetryable(
      'readStatus needs an input such as {"cluster":"rook-ceph"}.',
      'INVALID_INPUT',
    );
  return briefCephOn(cluster).readClusterState({ cluster });
}
