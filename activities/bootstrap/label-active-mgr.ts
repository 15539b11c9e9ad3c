import { daemonsOf } from '../../src/manifests/labels.ts';
import { refOf } from '../../src/manifests/object.ts';
import type { OpsDeps } from '../ops-deps.ts';

/** Puts `mgr_role` on the mgr pods, which the mgr's Services select. Harmless to repeat. */
export async function labelActiveMgr({ kubernetes }: OpsDeps, cluster: string, active: string | null): Promise<void> {
  const pods = await kubernetes.list({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: cluster,
    labelSelector: daemonsOf(cluster, 'mgr'),
  });
  for (const pod of pods) {
    const role = pod.metadata.labels?.['ceph_daemon_id'] === active ? 'active' : 'standby';
    await kubernetes.patchMetadata(refOf(pod), { labels: { mgr_role: role } });
  }
}
