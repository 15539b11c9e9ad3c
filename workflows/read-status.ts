import { ApplicationFailure } from '@temporalio/workflow';
import { statusOf, type ClusterStatus } from '../src/contract/cluster-status.ts';
import { briefCephOn, ops } from './activity-profiles.ts';

/** One look at a cluster through its agents, for `cephflow status`. Changes nothing. */
export async function readStatus(request?: { cluster?: unknown }): Promise<ClusterStatus> {
  const cluster = request?.cluster;
  if (typeof cluster !== 'string')
    throw ApplicationFailure.nonRetryable(
      'readStatus needs an input such as {"cluster":"rook-ceph"}.',
      'INVALID_INPUT',
    );
  const [state, operations] = await Promise.all([
    briefCephOn(cluster).readClusterState({ cluster }),
    ops.readOperations({ cluster }),
  ]);
  return statusOf(state, operations);
}
