import { Context } from '@temporalio/activity';
import type { ClusterInput } from '../../src/contract/ceph-activities.ts';
import type { RemovedObjects, RemoveObjectsInput } from '../../src/contract/teardown-activities.ts';
import { isRemade } from '../../src/domain/teardown-keep.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { refOf } from '../../src/manifests/object.ts';
import { listClusterObjects, listDocuments, nameOf } from './cluster-objects.ts';
import { requireSameCluster } from './remove-objects.ts';

/**
 * Removes the few objects that bootstrap makes again, and nothing else: Secrets, mon Services, endpoints, accounts, the document and
 * whatever nobody here knows stay. Harmless when called again.
 * @throws IDENTITY_CONFLICT before anything is removed, where the namespace belongs to another cluster by now
 */
export async function removeRemadeObjects(kubernetes: Kubernetes, input: RemoveObjectsInput): Promise<RemovedObjects> {
  const { cluster } = input;
  await requireSameCluster(kubernetes, input);
  const objects = (await listClusterObjects(kubernetes, cluster)).filter((object) => isRemade(nameOf(object)));
  for (const object of objects) {
    Context.current().heartbeat(`removing ${nameOf(object)}`);
    await kubernetes.remove(refOf(object), { uid: object.metadata.uid });
  }
  return { removed: objects.map(nameOf), already: objects.length === 0 };
}

/** Tells the document that the cluster is stopped. A repeat changes nothing; without a document there is nothing to tell. */
export async function showStopped(
  kubernetes: Pick<Kubernetes, 'list' | 'patchStatus'>,
  { cluster }: ClusterInput,
): Promise<{ already: boolean }> {
  const documents = await listDocuments(kubernetes, cluster);
  const told = await Promise.all(
    documents.map((document) =>
      kubernetes.patchStatus(refOf(document), {
        phase: 'Stopped',
        state: null,
        message: 'The cluster was stopped and its data kept. Start bootstrap to take it up again.',
        conditions: null,
        ceph: null,
        storage: null,
        version: null,
      }),
    ),
  );
  return { already: told.every(({ changed }) => !changed) };
}
