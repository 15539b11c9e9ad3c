import { Context } from '@temporalio/activity';
import { FINALIZER } from '../../src/contract/names.ts';
import type { RemovedObjects, RemoveObjectsInput } from '../../src/contract/teardown-activities.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { refOf, type KubernetesObject } from '../../src/manifests/object.ts';
import { hasOurFinalizer, isIdentity, listClusterObjects, listDocuments, nameOf } from './cluster-objects.ts';
import { readFsid } from './observe-objects.ts';

/** Finalizers that keep a cluster's identity: ours, and the one of clusters that Rook made. */
const GUARDS = [FINALIZER, 'ceph.rook.io/disaster-protection'];

const GONE_WITHIN_SECONDS = 60;

/**
 * Removes the cluster's Services, budgets, accounts, ConfigMaps and Secrets and proves them gone; the identity Secret last, because until
 * then a repeated teardown needs the fsid in it. The document stays: its status says what happened, and our finalizer is taken away.
 * Harmless when called again.
 * @throws IDENTITY_CONFLICT before anything is removed, where the namespace belongs to another cluster by now
 */
export async function removeObjects(kubernetes: Kubernetes, input: RemoveObjectsInput): Promise<RemovedObjects> {
  const { cluster } = input;
  await requireSameCluster(kubernetes, input);
  const objects = await listClusterObjects(kubernetes, cluster);
  await Promise.all(objects.filter((object) => !isIdentity(object)).map((object) => removeOne(kubernetes, object)));
  for (const identity of objects.filter(isIdentity)) await removeOne(kubernetes, identity);
  await requireGone(kubernetes, cluster);
  const documents = (await listDocuments(kubernetes, cluster)).filter(hasOurFinalizer);
  for (const document of documents) await releaseDocument(kubernetes, document);
  const removed = [...objects, ...documents].map(nameOf);
  return { removed, already: removed.length === 0 };
}

export async function requireSameCluster(kubernetes: Kubernetes, { cluster, fsid }: RemoveObjectsInput): Promise<void> {
  const found = await readFsid(kubernetes, cluster);
  if (found === null || found === fsid) return;
  throw failure(
    'IDENTITY_CONFLICT',
    `No object of namespace ${cluster} was removed: the approved plan is for fsid ${fsid ?? '(none)'}, but Secret rook-ceph-mon says ${found}`,
  );
}

async function removeOne(kubernetes: Kubernetes, object: KubernetesObject): Promise<void> {
  const ref = refOf(object);
  Context.current().heartbeat(`removing ${nameOf(object)}`);
  if (object.metadata.finalizers?.some((name) => GUARDS.includes(name)))
    await kubernetes.patchMetadata(ref, { removeFinalizers: GUARDS });
  await kubernetes.remove(ref, { uid: object.metadata.uid });
}

async function requireGone(kubernetes: Kubernetes, cluster: string): Promise<void> {
  const context = Context.current();
  for (const object of await listClusterObjects(kubernetes, cluster))
    await kubernetes.untilGone(refOf(object), {
      withinSeconds: GONE_WITHIN_SECONDS,
      onProgress: (sentence) => context.heartbeat(sentence),
      signal: context.cancellationSignal,
    });
}

/** Status first: a document that was deleted meanwhile vanishes with its last finalizer. */
async function releaseDocument(kubernetes: Kubernetes, document: KubernetesObject): Promise<void> {
  const message = 'The cluster was torn down with its data. Start bootstrap to make a new one from this document.';
  await kubernetes.patchStatus(refOf(document), {
    phase: 'TornDown',
    state: null,
    message,
    conditions: null,
    ceph: null,
    storage: null,
    version: null,
  });
  await kubernetes.patchMetadata(refOf(document), { removeFinalizers: [FINALIZER] });
}
