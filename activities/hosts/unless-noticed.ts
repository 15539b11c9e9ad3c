import { setTimeout as sleep } from 'node:timers/promises';
import { isUnreachable } from '../../src/errors.ts';

const LOOK_EVERY_MILLISECONDS = 5000;

/** A wait, and the look at the reason for which waiting longer is no use. */
export interface NoticedWait<Result> {
  work: (over: AbortSignal) => Promise<Result>;
  /** `undefined` while there is no such reason; may throw it as well. */
  look: () => Promise<Result | undefined>;
  lookEveryMilliseconds?: number;
}

/** Ends with the work, or as soon as the look finds something; the work is then called off. An outage of the API server is no finding. */
export async function unlessNoticed<Result>(wait: NoticedWait<Result>): Promise<Result> {
  const over = new AbortController();
  const working = wait.work(over.signal);
  try {
    return await Promise.race([working, untilNoticed(wait, over.signal)]);
  } finally {
    over.abort();
    // Ended by that abort where the look was first; its own answer has been given otherwise.
    await working.catch(() => {});
  }
}

async function untilNoticed<Result>(
  { look, lookEveryMilliseconds = LOOK_EVERY_MILLISECONDS }: NoticedWait<Result>,
  signal: AbortSignal,
): Promise<Result> {
  for (;;) {
    await sleep(lookEveryMilliseconds, undefined, { signal }).catch(() => {});
    // The work has ended, and with it the race.
    if (signal.aborted) return new Promise(() => {});
    const noticed = await look().catch(unlessOutage);
    if (noticed !== undefined) return noticed;
  }
}

function unlessOutage(error: unknown): undefined {
  if (isUnreachable(error)) return undefined;
  throw error;
}
