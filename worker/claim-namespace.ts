import type { NativeConnection } from '@temporalio/worker';
import { failure } from '../src/errors.ts';
import type { Kubernetes } from '../src/kubernetes/kubernetes.ts';

/** Key in the Temporal namespace's data that names the Kubernetes cluster it serves. */
const CLAIM = 'cephflow-kubernetes';

/**
 * One Temporal namespace serves one Kubernetes cluster, because queues and workflow ids of two would meet. The first ops worker writes
 * the uid of kube-system; a later one with the same uid finds its own claim.
 * @throws NAMESPACE_CLAIMED where another Kubernetes cluster has it
 */
export async function claimNamespace(
  connection: NativeConnection,
  namespace: string,
  kubernetes: Kubernetes,
): Promise<void> {
  const uid = (await kubernetes.read({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }))?.metadata.uid ?? '';
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace });
  const claimed = namespaceInfo?.data?.[CLAIM];
  if (claimed === uid) return;
  if (claimed !== undefined && claimed !== '')
    throw failure(
      'NAMESPACE_CLAIMED',
      `Temporal namespace ${namespace} serves the Kubernetes cluster ${claimed}, this one is ${uid}`,
    );
  await connection.workflowService.updateNamespace({ namespace, updateInfo: { data: { [CLAIM]: uid } } });
}
