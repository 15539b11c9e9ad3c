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
  /** The next turn begins now, or right after the present one. */
  wake(): void;
}

/**
 * Takes turns until it is stopped, the next one that long after the end of the last. A turn that fails is told once per reason, and once
 * when it works again; it never ends the process. Small work beside the activities, which nobody waits for, belongs here.
 */
export function repeat({ failed, everySeconds, log, turn }: Repeated): Repeating {
  const stopped = new AbortController();
  let woken = Promise.withResolvers<void>();
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
      woken = Promise.withResolvers<void>();
      await takeTurn();
      const { signal, end } = endingWith(stopped.signal);
      await Promise.race([
        pause(everySeconds * 1000, undefined, { signal, ref: false }).catch(() => undefined),
        woken.promise,
      ]);
      end();
    }
  })();
  return {
    stop: () => {
      stopped.abort();
      return ended;
    },
    wake: () => woken.resolve(),
  };
}

/** A signal of its own for one pause, so that a pause that is over leaves no listener behind. */
function endingWith(outer: AbortSignal): { signal: AbortSignal; end: () => void } {
  const own = new AbortController();
  return { signal: AbortSignal.any([outer, own.signal]), end: () => own.abort() };
}
