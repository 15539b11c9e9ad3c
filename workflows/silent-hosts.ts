import { CancellationScope, condition, patched } from '@temporalio/workflow';
import type { SilentHost } from '../src/contract/host-activities.ts';
import { ops } from './activity-profiles.ts';
import { isStepFailure, type FailedStep } from './failures.ts';
import { Answered, type Gate } from './step-gate.ts';

/** Histories of before it do not ask whether a host is missing; they park, or wait without an answer of a person. */
const PATCH = '2026-11-silent-hosts';

/** Failures that a stopped host causes among others: whether it did is asked before a person is. */
const MAY_BE_A_HOST: ReadonlySet<string> = new Set([
  'MON_NOT_IN_QUORUM',
  'OSD_NOT_UP',
  'MGR_NOT_AVAILABLE',
  'UNHEALTHY',
  'IO_NOT_VERIFIED',
  'POD_NOT_READY',
  'POD_UNSCHEDULABLE',
  'COMMAND_FAILED',
  'COMMAND_TIMED_OUT',
]);

/** False in a history of before silence was understood. */
export const knowsSilence = (): boolean => patched(PATCH);

/** True where the failure may come from a missing host of those that the operation stands on. New histories alone. */
export const mayBeSilence = ({ code }: FailedStep, hosts: readonly string[]): boolean =>
  code === 'HOST_NOT_READY' || (hosts.length > 0 && MAY_BE_A_HOST.has(code) && patched(PATCH));

/** The silent hosts behind a failed step; none where the fault is another one, or where nobody could tell. */
export async function silentHostsBehind(
  { code, details }: FailedStep,
  cluster: string,
  hosts: readonly string[],
): Promise<SilentHost[]> {
  if (code === 'HOST_NOT_READY')
    return (details?.findings ?? []).flatMap(({ target, evidence }) =>
      target === undefined ? [] : [{ node: target, since: typeof evidence === 'string' ? evidence : null }],
    );
  try {
    return (await ops.findSilentHosts({ cluster, nodes: [...hosts] })).silent;
  } catch (error) {
    // The step's own failure is shown then, which is the one that a person has to know.
    if (isStepFailure(error)) return [];
    throw error;
  }
}

/**
 * Ends with the work, or with `Answered` as soon as a person answers the gate; the work is called off when nobody wants it any more. Work
 * that ends well although it was called off counts: what was begun on a host that came back in that moment is let finish, and is then done.
 */
export async function unlessAnswered<Result>(gate: Gate, work: () => Promise<Result>): Promise<Result> {
  if (!patched(PATCH)) {
    gate.deaf = true;
    return work();
  }
  const waits = new CancellationScope();
  const listens = new CancellationScope();
  const heard = listens
    .run(() => condition(() => gate.answer !== undefined || gate.over))
    .then(
      () => waits.cancel(),
      // Called off itself, because the work has ended.
      () => {},
    );
  try {
    return await waits.run(work);
  } catch (error) {
    if (gate.answer === undefined) throw error;
    throw new Answered(gate);
  } finally {
    listens.cancel();
    await heard;
  }
}
