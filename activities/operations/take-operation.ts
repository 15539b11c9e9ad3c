import type { Client } from '@temporalio/client';
import type { Holder, OperationHeld, OperationTaken, TakeOperationInput } from '../../src/contract/exclusion.ts';
import { mayStart } from '../../src/domain/conflicts.ts';
import { failure } from '../../src/errors.ts';
import type { Kubernetes } from '../../src/kubernetes/kubernetes.ts';
import { readHolderState } from './holder-state.ts';
import { breakCommand, entriesOf, keyOf, parseEntry, registerRef, textsOf, withTexts, type Entry } from './register.ts';

export interface OperationDeps {
  kubernetes: Pick<Kubernetes, 'read' | 'list' | 'remove' | 'patchStatus' | 'updateWithRetry'>;
  temporal: Client;
  now: () => Date;
}

/** Each turn follows a change by somebody else, so only a storm of operations uses them up. */
const TURNS = 10;

type Attempt = OperationTaken | OperationHeld | 'look again';

/**
 * Writes this operation into the cluster's register unless one that it may not meet is there. Idempotent: a second call of the same run
 * is `already`, unless it has let others in meanwhile: then those are judged as if it came anew. A holder is put aside only when Temporal
 * says that it ended, and `HOLD_AFTER_END_SECONDS` have passed.
 */
export async function takeOperation(
  deps: OperationDeps,
  input: TakeOperationInput,
): Promise<OperationTaken | OperationHeld> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    const attempt = await tryToTake(deps, input);
    if (attempt !== 'look again') return attempt;
  }
  throw failure(
    'OPERATION_HELD',
    `${input.operation} could not take cluster ${input.cluster}: others changed its register ${TURNS} times meanwhile`,
  );
}

async function tryToTake(deps: OperationDeps, input: TakeOperationInput): Promise<Attempt> {
  const key = keyOf(input);
  const register = await deps.kubernetes.read(registerRef(input.cluster));
  const entries = register === undefined ? [] : entriesOf(register);
  const own = entries.find((entry) => entry.key === key);
  if (own !== undefined && own.holder?.yields !== true) return { taken: true, already: true };
  // An empty register is about to be removed by whoever emptied it; written into, it would take this entry with it.
  if (register !== undefined && entries.length === 0) {
    await deps.kubernetes.remove(registerRef(input.cluster), { uid: register.metadata.uid });
    return 'look again';
  }
  const others = entries.filter((entry) => entry !== own);
  const { held, ended } = await judgeHolders(deps, { ...input, target: own?.holder?.target ?? input.target }, others);
  if (held !== undefined) return held;
  return writeEntry(deps, input, textsOf(register), ended);
}

/** Writes only over exactly what was judged; anything new in it must be judged first. */
async function writeEntry(
  { kubernetes, now }: OperationDeps,
  input: TakeOperationInput,
  judged: Record<string, string>,
  ended: string[],
): Promise<Attempt> {
  const { cluster, operation, target, workflowId, runId } = input;
  const own = parseEntry(judged[keyOf(input)]);
  const holder: Holder = {
    ...{ operation, workflowId, runId, awaiting: 'none' },
    target: own?.target ?? target,
    since: own?.since ?? now().toISOString(),
  };
  const staying = Object.entries(judged).filter(([key]) => !ended.includes(key));
  const texts = Object.fromEntries([...staying, [keyOf(input), JSON.stringify(holder)]]);
  let written = false;
  await kubernetes.updateWithRetry(registerRef(cluster), (current) => {
    written = sameTexts(textsOf(current), judged) && (current === undefined) === (Object.keys(judged).length === 0);
    return written ? withTexts(cluster, current, texts) : undefined;
  });
  return written ? { taken: true, already: false } : 'look again';
}

const sameTexts = (one: Record<string, string>, other: Record<string, string>): boolean => {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
};

interface Judged {
  held?: OperationHeld;
  /** Keys of entries whose operation ended. */
  ended: string[];
}

async function judgeHolders(deps: OperationDeps, input: TakeOperationInput, entries: Entry[]): Promise<Judged> {
  const ended: string[] = [];
  for (const entry of entries) {
    const judged = await judgeHolder(deps, input, entry);
    if (judged === 'ended') ended.push(entry.key);
    else if (judged !== 'may meet') return { held: judged, ended };
  }
  return { ended };
}

async function judgeHolder(
  { temporal, now }: OperationDeps,
  input: TakeOperationInput,
  { key, holder }: Entry,
): Promise<'may meet' | 'ended' | OperationHeld> {
  const { cluster, operation, target } = input;
  const breaking = `look that nothing of it runs any more, then break the hold with: ${breakCommand(cluster, key)}`;
  if (holder === null)
    return held(unreadable(key), `Entry "${key}" of the register of cluster ${cluster} cannot be read; ${breaking}`);
  const [conflict] = mayStart(operation, target, [holder]).findings;
  if (conflict === undefined) return 'may meet';
  const seen = await readHolderState(temporal, holder, now());
  if (seen.state === 'ended') return 'ended';
  if (seen.state === 'runs') return held(holder, conflict.because);
  if (seen.state === 'ending')
    return held(holder, `${conflict.because}; it ended just now, and is put aside in ${seen.secondsLeft} s`);
  return held(
    holder,
    `${conflict.because}; Temporal does not know that workflow (run ${holder.runId}), so a person must decide: ${breaking}`,
  );
}

const held = (holder: Holder, because: string): OperationHeld => ({ taken: false, holder, because });

const unreadable = (key: string): Holder => ({
  operation: 'unknown',
  target: 'unknown',
  workflowId: key,
  runId: 'unknown',
  since: 'unknown',
  awaiting: 'none',
});
