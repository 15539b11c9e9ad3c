import { until } from '../lab/until.ts';
import { askCeph } from './kubectl.ts';

/** What `ceph status --format json` says, as far as it is used here. */
export interface CephStatus {
  fsid: string;
  health: { status: string; checks: Record<string, { severity: string; summary: { message: string } }> };
  quorum_names: string[];
  osdmap: { num_osds: number; num_up_osds: number; num_in_osds: number };
  mgrmap: { available: boolean };
}

export const readStatus = (cluster: string): Promise<CephStatus> => askCeph<CephStatus>(cluster, 'status');

/** Removed pools leave warnings for a moment. @throws naming the codes where the cluster does not get healthy */
export async function untilHealthy(cluster: string): Promise<CephStatus> {
  let status = await readStatus(cluster);
  const wanted = 'Ceph says HEALTH_OK';
  await until(wanted, 120, async () => {
    status = await readStatus(cluster);
    return status.health.status === 'HEALTH_OK';
  }).catch((cause: unknown) => {
    const codes = Object.entries(status.health.checks).map(([code, { summary }]) => `${code} (${summary.message})`);
    throw new Error(`Ceph says ${status.health.status} for 120 s: ${codes.join(', ')}.`, { cause });
  });
  return status;
}
