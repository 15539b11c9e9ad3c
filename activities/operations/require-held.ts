import type { HolderInput } from '../../src/contract/exclusion.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { keyOf, registerRef, textsOf } from './register.ts';

/**
 * Throws LOCK_LOST unless this run still holds the cluster. Called before every changing activity, because an entry that was broken by
 * hand or went with its namespace means that another operation may be at work on the same disks.
 */
export async function requireHeld(kubernetes: Pick<Kubernetes, 'read'>, input: HolderInput): Promise<void> {
  const register = await kubernetes.read(registerRef(input.cluster));
  if (keyOf(input) in textsOf(register)) return;
  throw failure(
    'LOCK_LOST',
    `Workflow ${input.workflowId} (run ${input.runId}) changed nothing more of cluster ${input.cluster}: it has no entry any more in` +
      ` the ConfigMap ${registerRef(input.cluster).name} of that namespace`,
  );
}
