import { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { CancelledFailure } from '@temporalio/common';
import { failure } from '../../src/errors.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { heartbeats } from '../../worker/heartbeats.ts';

const SECONDS = 1000;
/** `heartbeatTimeout` of workflows/activity-profiles.ts. */
const TIMEOUT_SECONDS = 15;

/** Runs an activity under the interceptor; answers with everything that reached Temporal. */
async function beatsOf(act: () => Promise<unknown>, heartbeatDetails?: unknown): Promise<unknown[]> {
  const beats: unknown[] = [];
  const environment = new MockActivityEnvironment({ heartbeatDetails }, { logger: new DefaultLogger('ERROR') });
  environment.on('heartbeat', (details: unknown) => beats.push(details));
  await environment.run(() => {
    const { execute } = heartbeats();
    if (execute === undefined) throw new Error('nothing is intercepted');
    return execute({ args: [], headers: {} }, act).catch(() => undefined);
  });
  return beats;
}

describe('heartbeats', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());
  const pass = (seconds: number) => void vi.advanceTimersByTime(seconds * SECONDS);

  it('go on inside of one long command, with the last sentence that it said', async () => {
    const beats = await beatsOf(() => {
      Context.current().heartbeat('wiping /dev/sdb: 10 %');
      pass(6);
      Context.current().heartbeat('wiping /dev/sdb: 80 %');
      pass(3);
      return Promise.resolve();
    });
    expect(beats).toEqual([
      ...Array.from({ length: 3 }, () => 'wiping /dev/sdb: 10 %'),
      ...Array.from({ length: 2 }, () => 'wiping /dev/sdb: 80 %'),
    ]);
  });

  it('go on also for an activity that says nothing, several times within the timeout', async () => {
    const beats = await beatsOf(() => Promise.resolve(pass(TIMEOUT_SECONDS)));
    expect(beats.length).toBeGreaterThanOrEqual(4);
    expect(new Set(beats)).toEqual(new Set(['started']));
  });

  it('count the failures of the activity itself, and hand the count on through attempts that were killed', async () => {
    const failing = (error: unknown) => () => Promise.reject(error as Error);
    const once = await beatsOf(failing(failure('COMMAND_FAILED', 'x')));
    expect(once).toEqual([{ says: 'started', ownFailures: 1 }]);
    const killed = await beatsOf(() => Promise.resolve(pass(3)), once.at(-1));
    expect(killed).toEqual([{ says: 'started', ownFailures: 1 }]);
    expect(await beatsOf(failing(new TypeError('x')), killed.at(-1))).toEqual([{ says: 'started', ownFailures: 2 }]);
  });

  it('count neither an outage nor a cancellation, and keep what was counted', async () => {
    const outages = [failure('KUBERNETES_UNREACHABLE', 'x'), new CancelledFailure('x')];
    for (const outage of outages)
      expect(await beatsOf(() => Promise.reject(outage), { says: 'started', ownFailures: 3 })).toEqual([]);
  });

  it('count anew after a look that found another operation, so that a wait of days outlasts any number of short faults', async () => {
    const held = () => Promise.reject(failure('OPERATION_HELD', 'x'));
    const reset = await beatsOf(held, { says: 'started', ownFailures: 4 });
    expect(reset).toEqual(['started']);
    expect(await beatsOf(held, reset.at(-1))).toEqual([]);
    const next = await beatsOf(() => Promise.reject(failure('COMMAND_FAILED', 'x')), reset.at(-1));
    expect(next).toEqual([{ says: 'started', ownFailures: 1 }]);
  });

  it.each([
    ['has ended', () => Promise.resolve(), 0],
    ['has failed', () => Promise.reject(new Error('x')), 1],
  ])('stop when the activity %s', async (_, act, last) => {
    const beats = await beatsOf(act);
    pass(60);
    expect(beats).toHaveLength(last);
    expect(vi.getTimerCount()).toBe(0);
  });
});
