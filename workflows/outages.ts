import { patched } from '@temporalio/workflow';
import type { CephActivities } from '../src/contract/ceph-activities.ts';
import { briefCephOn, cephOn } from './activity-profiles.ts';
import { describeFailure, isStepFailure } from './failures.ts';

const PATCH = '2026-11-rides-out-outages';

/**
 * A short look through any agent, which may find none. Where it ended because the API server is away it is made again by one activity
 * without an end: the cluster itself may be well, and nobody could answer who is asked about it now.
 */
export async function lookBriefly<Seen>(
  cluster: string,
  look: (agent: Pick<CephActivities, 'readClusterState' | 'readHeld' | 'readLayout'>) => Promise<Seen>,
): Promise<Seen> {
  try {
    return await look(briefCephOn(cluster));
  } catch (error) {
    if (!isStepFailure(error) || describeFailure(error).code !== 'KUBERNETES_UNREACHABLE' || !patched(PATCH))
      throw error;
    return look(cephOn(cluster));
  }
}
