import { expect, it } from 'vitest';
import type { OperationState } from '../../src/contract/state.ts';
import { rulesFor } from '../../workflows/message-rules.ts';
import { unlessAnswered } from '../../workflows/silent-hosts.ts';
import { newGate } from '../../workflows/step-gate.ts';

const STEP = { id: 'wipe-disks/n3', status: 'waiting-for-host', attempt: 1, skippable: true } as const;

const aWait = () => newGate({ step: { ...STEP }, kind: 'skippable-in-silence' }, [{ node: 'n3', since: null }]);

const rulesOver = (gate: ReturnType<typeof aWait>) =>
  rulesFor(
    {
      state: { phase: 'apply' } as OperationState,
      gates: () => new Map([[STEP.id, gate]]),
      hasChanged: () => true,
      approve: () => {},
      reject: () => {},
      abort: () => {},
      changed: () => {},
    },
    'names-cluster',
  );

const MESSAGE = { step: STEP.id, attempt: 1, by: 'ada' };

it('obeys an answer to a wait for a host', () => {
  const gate = aWait();
  const { skip } = rulesOver(gate);
  expect(skip.problem(MESSAGE)).toBeUndefined();
  expect(skip.obey(MESSAGE)).toContain('is skipped');
  expect(gate).toMatchObject({ answer: 'skip', by: 'ada' });
});

it('refuses an answer that an operation of an earlier version would not hear', async () => {
  const gate = aWait();
  await inHistoryWithoutPatches(() => unlessAnswered(gate, async () => 'is back'));
  const { skip, retry } = rulesOver(gate);
  for (const rule of [skip, retry]) {
    expect(rule.problem(MESSAGE)).toContain('goes on by itself when n3 is back');
    expect(rule.problem(MESSAGE)).toContain('abort');
  }
});

/** Where the SDK keeps the workflow that runs now. */
const RUNNING = '__TEMPORAL_ACTIVATOR__';

/** As the SDK answers `patched` while it replays a history that has no marker; whoever asks does so before the first turn. */
function inHistoryWithoutPatches<Result>(work: () => Promise<Result>): Promise<Result> {
  Reflect.set(globalThis, RUNNING, { patchInternal: () => false });
  try {
    return work();
  } finally {
    Reflect.deleteProperty(globalThis, RUNNING);
  }
}
