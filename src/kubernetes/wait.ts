import { setTimeout as sleep } from 'node:timers/promises';
import { failure, isUnreachable, type ErrorCode } from '../errors.ts';
import type { KubernetesObject } from '../manifests/object.ts';
import { waitingFor, type Waited } from '../time-shares.ts';
import type { Connection } from './connection.ts';
import type { ListQuery, ObjectStore } from './objects.ts';
import type { ResourcePaths } from './resource-path.ts';
import { keepWatching, type Watcher } from './watching.ts';

export interface WaitOptions {
  /** Begins anew when the API server is back from an outage: meanwhile nothing could come about that is waited for. */
  withinSeconds: number;
  /** Called at least every two seconds with what is waited for; for heartbeats. */
  onProgress?: (sentence: string) => void;
  /** Ends the wait at once; its reason is thrown. */
  signal?: AbortSignal;
}

export interface Look<T> {
  /** Set where the wait is over. */
  done?: T;
  /** What is still missing, one sentence. */
  waiting: string;
  /** Whose time passes until the next look; Kubernetes' where it is not said. */
  waitingFor?: Waited;
}

export interface Wait<T> extends WaitOptions {
  query: ListQuery;
  /** Judges a fresh list; throws to end the wait with a failure. */
  look: (objects: KubernetesObject[]) => Look<T> | Promise<Look<T>>;
  /** Code of the failure when the time is up. */
  timeoutCode: ErrorCode;
}

/** A healthy watch wakes the wait by itself; this bounds what a watch that has fallen silent can cost. */
const LOOK_AT_LEAST_EVERY_MS = 2_000;
const LOOK_WITHOUT_WATCH_EVERY_MS = 1_000;
/** Many events of one moment make one list. */
const GATHER_EVENTS_MS = 50;

/**
 * Lists, judges, and lists again when a watch reports a change, until `look` is done. The watch only wakes: what counts is always a fresh
 * list. Where watching fails it looks once a second. Outages of the API server are ridden out, however long they are.
 */
export const until = async <T>(
  connection: Connection,
  store: ObjectStore,
  paths: ResourcePaths,
  wait: Wait<T>,
): Promise<T> => {
  const { withinSeconds, onProgress, signal, timeoutCode } = wait;
  const fromNow = (): number => performance.now() + withinSeconds * 1000;
  let deadline = fromNow();
  const alarm = new Alarm();
  const ended = new AbortController();
  const stop = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]);
  const watching = keepWatching(connection, paths, wait.query, alarm.watcher, stop);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { result, isAway, waiting, waitingFor: who = 'kubernetes' } = await lookOnce(store, wait);
      if (result !== undefined) return result.value;
      if (isAway === true) deadline = fromNow();
      onProgress?.(waiting);
      if (performance.now() >= deadline) throw failure(timeoutCode, `Given up after ${withinSeconds} s: ${waiting}`);
      const patienceMs = Math.max(10, Math.min(deadline - performance.now(), alarm.patienceMs));
      await waitingFor(who, () => alarm.next(patienceMs, stop));
    }
  } finally {
    ended.abort();
    await watching;
  }
};

const lookOnce = async <T>(
  store: ObjectStore,
  { query, look }: Wait<T>,
): Promise<Omit<Look<T>, 'done'> & { result?: { value: T }; isAway?: boolean }> => {
  try {
    const { done, ...rest } = await look(await store.list(query));
    return { ...rest, ...(done === undefined ? {} : { result: { value: done } }) };
  } catch (error) {
    if (isUnreachable(error)) return { waiting: error.message, isAway: true };
    throw error;
  }
};

/** Set by the watch, awaited by the wait. */
class Alarm {
  patienceMs = LOOK_WITHOUT_WATCH_EVERY_MS;
  readonly watcher: Watcher = {
    changed: () => this.ring(),
    isUp: (up) => (this.patienceMs = up ? LOOK_AT_LEAST_EVERY_MS : LOOK_WITHOUT_WATCH_EVERY_MS),
  };
  #wake: () => void = () => {};
  #rung = false;

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  async next(withinMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung) {
      const timer = new AbortController();
      const rung = new Promise<void>((resolve) => (this.#wake = resolve));
      const bounded = sleep(withinMs, undefined, { signal: AbortSignal.any([timer.signal, signal]) }).catch(() => {});
      await Promise.race([rung, bounded]);
      timer.abort();
    }
    if (this.#rung) await sleep(GATHER_EVENTS_MS);
    this.#rung = false;
  }
}
