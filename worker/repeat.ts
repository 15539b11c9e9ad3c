import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';

export interface Repeated {
  /** What is told in the log: `the active mgr could not be followed`. */
  failed: string;
  everySeconds: number;
  log: Pick<Logger, 'info' | 'warn'>;
  /** One turn; answers with a sentence per change, for the log. */
  turn: () => Promise<string[]>;
}

export interface Repeating {
  /** No further turn begins; ends when the present one has ended. Harmless to call again. */
  stop(): Promise<void>;
}

/**
 * Takes turns until it is stopped, the next one that long after the end of the last. A turn that fails is told once per reason, and once
 * when it works again; it never ends the process. Small work beside the activities, which nobody waits for, belongs here.
 */
export function repeat({ failed, everySeconds, log, turn }: Repeated): Repeating {
  const stopped = new AbortController();
  let reason: string | undefined;
  const takeTurn = async (): Promise<void> => {
    try {
      for (const sentence of await turn()) log.info(sentence);
      if (reason !== undefined) log.info(`no more: ${failed}`);
      reason = undefined;
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      if (because !== reason) log.warn({ err: error }, failed);
      reason = because;
    }
  };
  const ended = (async () => {
    while (!stopped.signal.aborted) {
      await takeTurn();
      await pause(everySeconds * 1000, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    stop: () => {
      stopped.abort();
      return ended;
    },
  };
}
