import type { Applied, WriteStatusInput } from '../../src/contract/bootstrap-activities.ts';
import { findDocument } from '../documents/cluster-document.ts';
import type { OpsDeps } from '../ops-deps.ts';

/** Writes the document's status as Rook does, so that `kubectl get cephcluster` shows the columns people know. Without a document: nothing. */
export async function writeStatus({ kubernetes }: OpsDeps, input: WriteStatusInput): Promise<Applied> {
  const document = await findDocument(kubernetes, input.cluster);
  if (document === undefined) return { already: true };
  const { phase, message, ceph } = input;
  const now = new Date().toISOString();
  const condition = {
    type: phase,
    status: 'True',
    reason: phase === 'Ready' ? 'ClusterCreated' : phase,
    message,
    lastTransitionTime: now,
  };
  const { changed } = await kubernetes.patchStatus(document.ref, {
    phase,
    state: phase === 'Ready' ? 'Created' : phase === 'Failure' ? 'Error' : 'Creating',
    message,
    observedGeneration: document.generation,
    conditions: [condition],
    ...(ceph === undefined
      ? {}
      : {
          ceph: {
            health: ceph.health,
            fsid: ceph.fsid,
            lastChecked: now,
            versions: { overall: { [ceph.version]: 1 } },
          },
          version: { image: document.spec.cephVersion.image, version: `${ceph.version}-0` },
        }),
  });
  return { already: !changed };
}
