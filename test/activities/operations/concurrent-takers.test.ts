import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOperationActivities } from '../../../activities/operations/operation-activities.ts';
import { REGISTER_NAME } from '../../../activities/operations/register.ts';
import { requireHeld } from '../../../activities/operations/require-held.ts';
import { CephflowError } from '../../../src/errors.ts';
import { configMapServer } from './config-map-server.ts';
import { knowing } from './known-workflows.ts';

const CLUSTER = 'rook-ceph';
const asking = (operation: string, number: number) => ({
  cluster: CLUSTER,
  operation,
  target: CLUSTER,
  workflowId: `${operation}-${number}`,
  runId: `run-${number}`,
});

/** Answers take as many turns as the list says, again and again: every interleaving of callers can come up. */
const interleaved = (turns: number[]) => {
  let call = 0;
  return configMapServer(() => turns[call++ % turns.length] ?? 0);
};
/** As the server does with what may pass by itself. */
async function triedAgain<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await act();
    } catch (error) {
      if (attempt === 10 || !(error instanceof CephflowError) || !error.retryable) throw error;
    }
}
const turns = fc.array(fc.nat({ max: 4 }), { minLength: 7, maxLength: 23 });

describe('operations that start at the same moment', () => {
  it('never hold a cluster together, and one of them gets it', async () => {
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 2, max: 5 }), async (delays, count) => {
        const server = interleaved(delays);
        const inputs = Array.from({ length: count }, (_, number) =>
          asking(number % 2 ? 'teardown' : 'bootstrap', number),
        );
        const activities = createOperationActivities({
          kubernetes: server.kubernetes,
          temporal: knowing(inputs),
          now: () => new Date(),
        });
        const answers = await Promise.all(inputs.map((input) => triedAgain(() => activities.takeOperation(input))));
        expect(answers.filter(({ taken }) => taken)).toHaveLength(1);
        expect(Object.keys(server.dataOf(CLUSTER, REGISTER_NAME) ?? {})).toHaveLength(1);
      }),
      { numRuns: 150 },
    );
  });

  it('keep their entry until they give it back themselves, while others come and go', async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (delays) => {
        const server = interleaved(delays);
        const deps = { kubernetes: server.kubernetes, temporal: knowing([]), now: () => new Date() };
        const activities = createOperationActivities(deps);
        const live = async (number: number) => {
          const input = asking('check-health', number);
          for (let round = 0; round < 3; round += 1) {
            expect(await triedAgain(() => activities.takeOperation(input))).toEqual({ taken: true, already: false });
            await requireHeld(server.kubernetes, input);
            expect(await triedAgain(() => activities.releaseOperation(input))).toEqual({ already: false });
          }
        };
        await Promise.all([1, 2, 3].map(live));
        expect(server.dataOf(CLUSTER, REGISTER_NAME)).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });
});
