import { Context } from '@temporalio/activity';
import type { Applied } from '../../src/contract/bootstrap-activities.ts';
import type { OsdInput } from '../../src/contract/osd-activities.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { daemonsOf } from '../../src/manifests/labels.ts';
import { osdName } from '../../src/manifests/names.ts';
import { refOf } from '../../src/manifests/object.ts';
import { endPods } from '../teardown/end-pods.ts';
import { notProven } from '../teardown/silent-hosts.ts';

const GRACE_SECONDS = 20;
const GONE_WITHIN_SECONDS = 180;

/**
 * Removes the Deployment of exactly this OSD and proves its pod gone. A second call finds nothing and proves again.
 * @throws DISK_CHANGED where the Deployment is another OSD's by now; HOST_NOT_READY where nobody confirms the pod's end
 */
export async function stopOsd(kubernetes: Kubernetes, { cluster, osd }: OsdInput): Promise<Applied> {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: cluster, name: osdName(osd.id) };
  const deployment = await kubernetes.read(ref);
  const uuid = deployment?.metadata.labels?.['ceph.rook.io/osd-uuid'];
  if (deployment !== undefined && uuid !== osd.uuid)
    throw failure('DISK_CHANGED', `Deployment ${ref.name} runs the OSD ${uuid}, not ${osd.uuid} that was approved`);
  Context.current().heartbeat(`stopping osd.${osd.id} of ${cluster}`);
  if (deployment !== undefined) await kubernetes.remove(refOf(deployment), { uid: deployment.metadata.uid });
  const selector = `${daemonsOf(cluster, 'osd')},ceph-osd-id=${osd.id}`;
  const pods = { namespace: cluster, selector, graceSeconds: GRACE_SECONDS, withinSeconds: GONE_WITHIN_SECONDS };
  const unproven = await endPods(kubernetes, pods);
  if (unproven.pods.length > 0) throw notProven([unproven]);
  return { already: deployment === undefined };
}
