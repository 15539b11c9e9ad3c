import { NEW_DISKS, type NewPolicy } from '../../src/contract/notice.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { CLUSTER } from '../demo/example.ts';

const DOCUMENT = { apiVersion: 'ceph.rook.io/v1', kind: 'CephCluster', namespace: CLUSTER, name: CLUSTER };

/** Has the example's document say so of new disks as long as the work takes, then what it said before, whatever way the work ended. */
export async function withNewDisks<Result>(
  kubernetes: Pick<Kubernetes, 'read' | 'patchMetadata'>,
  policy: NewPolicy,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = (await kubernetes.read(DOCUMENT))?.metadata.annotations?.[NEW_DISKS] ?? null;
  await kubernetes.patchMetadata(DOCUMENT, { annotations: { [NEW_DISKS]: policy } });
  try {
    return await work();
  } finally {
    await kubernetes.patchMetadata(DOCUMENT, { annotations: { [NEW_DISKS]: before } });
  }
}
