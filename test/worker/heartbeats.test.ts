import { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { heartbeats } from '../../worker/heartbeats.ts';

const SECONDS = 1000;
/** `heartbeatTimeout` of workflows/activity-profiles.ts. */
const TIMEOUT_SECONDS = 15;

/** Runs an activity under the interceptor; answers with everything that reached Temporal. */
async function beatsOf(act: () => Promise<unknown>): Promise<unknown[]> {
  const beats: unknown[] = [];
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
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

  it.each([
    ['has ended', () => Promise.resolve()],
    ['has failed', () => Promise.reject(new Error('x'))],
  ])('stop when the activity %s', async (_, act) => {
    const beats = await beatsOf(act);
    pass(60);
    expect(beats).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
