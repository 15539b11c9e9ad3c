import { ApplicationFailure, patched } from '@temporalio/workflow';
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
  // Asked before anything else: a run that began before this answer was there goes on without it.
  const asksSchedule = patched('2026-11-status-schedule');
  const [state, operations, schedule] = await Promise.all([
    briefCephOn(cluster).readClusterState({ cluster }),
    ops.readOperations({ cluster }),
    asksSchedule ? ops.readHealthSchedule({ cluster }) : undefined,
  ]);
  return statusOf(state, operations, schedule);
}
