import type { NoteAwaitingInput } from '../../src/contract/exclusion.ts';
import { writeDocumentStatus } from './document-status.ts';
import { entriesOf, keyOf, registerRef, textsOf, withTexts } from './register.ts';
import { requireHeld } from './require-held.ts';
import type { OperationDeps } from './take-operation.ts';

/**
 * Shows what the holder waits for: in the register, for the operations that wait for it, and in the document, for people.
 * @throws LOCK_LOST, nothing written, where the entry of the holder is gone
 */
export async function noteAwaiting(deps: OperationDeps, input: NoteAwaitingInput): Promise<{ already: boolean }> {
  const { cluster, operation, status } = input;
  const registered = await noteInRegister(deps, input);
  // Teardown's own last word is written with the removal of the objects; its later steps do not take it back.
  const keeps = (phase: string | undefined) => operation === 'teardown' && phase === 'TornDown';
  // While another one is at work the document tells of that one.
  if (registered.givesWay) return { already: registered.already };
  const shown = await writeDocumentStatus(deps.kubernetes, cluster, status, keeps);
  return { already: registered.already && shown.already };
}

async function noteInRegister(
  { kubernetes }: OperationDeps,
  input: NoteAwaitingInput,
): Promise<{ already: boolean; givesWay: boolean }> {
  const { cluster, awaiting } = input;
  const key = keyOf(input);
  let already = true;
  const left = await kubernetes.updateWithRetry(registerRef(cluster), (current) => {
    const holder = current && entriesOf(current).find((entry) => entry.key === key)?.holder;
    already = !holder || holder.awaiting === awaiting;
    if (!holder || already) return undefined;
    return withTexts(cluster, current, { ...textsOf(current), [key]: JSON.stringify({ ...holder, awaiting }) });
  });
  if (!(key in textsOf(left))) await requireHeld(kubernetes, input);
  const holders = (left === undefined ? [] : entriesOf(left)).flatMap(({ holder }) => holder ?? []);
  const own = holders.find((holder) => keyOf(holder) === key);
  return { already, givesWay: own?.yields === true && holders.some((holder) => holder.yields !== true) };
}
