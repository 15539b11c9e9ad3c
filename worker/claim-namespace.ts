import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { CephflowError, failure } from '../src/errors.ts';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';

/** Key in the Temporal namespace's data that names the Kubernetes cluster it serves. */
const CLAIM = 'cephflow-kubernetes';

const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;

/**
 * One Temporal namespace serves one Kubernetes cluster, because queues and workflow ids of two would meet. The first ops worker writes
 * the uid of kube-system and reads it back; a later one with the same uid finds its own claim. Where a right for that is missing, the
 * log says so and the worker goes on: then nothing keeps two clusters apart but people.
 * @throws NAMESPACE_CLAIMED where another Kubernetes cluster has it; Error with the command where Temporal has no such namespace
 */
export async function claimNamespace(
  connection: NativeConnection,
  namespace: string,
  kubernetes: Pick<Kubernetes, 'read'>,
  log: Pick<Logger, 'warn'>,
): Promise<void> {
  try {
    await claim(connection, namespace, kubernetes);
  } catch (error) {
    if ((error as { code?: number }).code === NOT_FOUND)
      throw new Error(
        `Temporal has no namespace ${namespace}; set another TEMPORAL_NAMESPACE, or create it: temporal operator namespace create --namespace ${namespace} --retention 30d`,
        { cause: error },
      );
    if (!isMissingRight(error)) throw error;
    log.warn(
      { err: error },
      `Could not claim the Temporal namespace ${namespace} for this Kubernetes cluster, because a right is missing; grant it, or make sure that no other Kubernetes cluster uses that namespace.`,
    );
  }
}

async function claim(
  connection: NativeConnection,
  namespace: string,
  kubernetes: Pick<Kubernetes, 'read'>,
): Promise<void> {
  const uid = (await kubernetes.read({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }))?.metadata.uid ?? '';
  if (isOwn(namespace, uid, await readClaim(connection, namespace))) return;
  await connection.workflowService.updateNamespace({ namespace, updateInfo: { data: { [CLAIM]: uid } } });
  // Of two that claim it at the same time the later one has it.
  if (isOwn(namespace, uid, await readClaim(connection, namespace))) return;
  throw failure(
    'NAMESPACE_CLAIMED',
    `Temporal namespace ${namespace} did not keep the claim of Kubernetes cluster ${uid}`,
  );
}

async function readClaim(connection: NativeConnection, namespace: string): Promise<string> {
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace });
  return namespaceInfo?.data?.[CLAIM] ?? '';
}

function isOwn(namespace: string, uid: string, claimed: string): boolean {
  if (claimed === '' || claimed === uid) return claimed !== '';
  throw failure(
    'NAMESPACE_CLAIMED',
    `Temporal namespace ${namespace} serves the Kubernetes cluster ${claimed}, this one is ${uid}`,
  );
}

const isMissingRight = (error: unknown): boolean =>
  error instanceof CephflowError ? error.code === 'FORBIDDEN' : (error as { code?: number }).code === PERMISSION_DENIED;
