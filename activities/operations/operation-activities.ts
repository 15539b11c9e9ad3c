import type { ClusterInput } from '../../src/contract/ceph-activities.ts';
import type {
  Holder,
  HolderInput,
  OperationActivities,
  OperationTaken,
  TakeOperationInput,
  YieldOperationInput,
} from '../../src/contract/exclusion.ts';
import { CephflowError, failure } from '../../src/errors.ts';
import { noteAwaiting } from './note-awaiting.ts';
import { entriesOf, keyOf, parseEntry, registerRef, textsOf, withTexts } from './register.ts';
import { requireHeld } from './require-held.ts';
import { takeOperation, type OperationDeps } from './take-operation.ts';

/** Activities that keep operations on one cluster apart; see design.md section 5. All may be called again. */
export const createOperationActivities = (deps: OperationDeps): OperationActivities => ({
  takeOperation: (input) => takeOperation(deps, input),
  untilOperationTaken: (input) => untilOperationTaken(deps, input),
  yieldOperation: (input) => yieldOperation(deps, input),
  releaseOperation: (input) => releaseOperation(deps, input),
  noteAwaiting: (input) => noteAwaiting(deps, input),
  readOperations: (input) => readOperations(deps, input),
});

/** A holder that cannot be judged just now holds all the same: the wait may last days and must not end with one bad answer. */
async function untilOperationTaken(deps: OperationDeps, input: TakeOperationInput): Promise<OperationTaken> {
  const notYet = (because: string): Error =>
    failure('OPERATION_HELD', `${input.operation} of ${input.target} has not started: ${because}`);
  const answer = await takeOperation(deps, input).catch((error: unknown) => {
    throw error instanceof CephflowError && error.code === 'COMMAND_FAILED' ? notYet(error.message) : error;
  });
  if (answer.taken) return answer;
  throw notYet(answer.because);
}

/** @throws LOCK_LOST, nothing written, where the entry is gone */
async function yieldOperation(
  { kubernetes }: OperationDeps,
  input: YieldOperationInput,
): Promise<{ already: boolean }> {
  const { cluster, target, node } = input;
  const key = keyOf(input);
  let already = false;
  const left = await kubernetes.updateWithRetry(registerRef(cluster), (current) => {
    const holder = parseEntry(textsOf(current)[key]);
    already = holder?.yields === true;
    if (holder === null || already) return undefined;
    return withTexts(cluster, current, {
      ...textsOf(current),
      [key]: JSON.stringify({ ...holder, target, node, yields: true }),
    });
  });
  if (parseEntry(textsOf(left)[key])?.yields !== true) await requireHeld(kubernetes, input);
  return { already };
}

/** Takes the entry away, and the register with its last entry. Without a register, or without its namespace, all is done already. */
async function releaseOperation({ kubernetes }: OperationDeps, input: HolderInput): Promise<{ already: boolean }> {
  const { cluster } = input;
  const key = keyOf(input);
  let already = true;
  const left = await kubernetes.updateWithRetry(registerRef(cluster), (current) => {
    const { [key]: own, ...others } = textsOf(current);
    already = own === undefined;
    return own === undefined ? undefined : withTexts(cluster, current, others);
  });
  // Nobody writes into an empty register, so removing this very object cannot take another operation's entry with it.
  if (left !== undefined && Object.keys(textsOf(left)).length === 0)
    await kubernetes.remove(registerRef(cluster), { uid: left.metadata.uid });
  return { already };
}

/** A broken entry is left out here; taking the cluster names it. */
async function readOperations({ kubernetes }: OperationDeps, { cluster }: ClusterInput): Promise<Holder[]> {
  const register = await kubernetes.read(registerRef(cluster));
  if (register === undefined) return [];
  return entriesOf(register).flatMap(({ holder }) => (holder === null ? [] : [holder]));
}
