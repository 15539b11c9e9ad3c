import type { HolderInput } from '../../src/contract/exclusion.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { keyOf, parseEntry, registerRef, textsOf } from './register.ts';

/**
 * Throws LOCK_LOST unless this run still holds the cluster. Called before every changing activity, because an entry that was broken by
 * hand or went with its namespace means that another operation may be at work on the same disks.
 */
export async function requireHeld(kubernetes: Pick<Kubernetes, 'read'>, input: HolderInput): Promise<void> {
  const register = await kubernetes.read(registerRef(input.cluster));
  const entry = textsOf(register)[keyOf(input)];
  // One that lets others in has to take the cluster again first.
  if (entry !== undefined && parseEntry(entry)?.yields !== true) return;
  throw failure(
    'LOCK_LOST',
    `Workflow ${input.workflowId} (run ${input.runId}) changed nothing more of cluster ${input.cluster}: it ${entry === undefined ? 'has no entry any more in' : 'lets others in by its entry in'}` +
      ` the ConfigMap ${registerRef(input.cluster).name} of that namespace`,
  );
}
