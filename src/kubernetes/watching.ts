import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import type { ListQuery } from './objects.ts';
import type { ResourcePaths } from './resource-path.ts';

/** Hears of a watch. A watch only tells that something is otherwise: what counts is always a fresh list. */
export interface Watcher {
  /** Called for every event, and where a watch begins: for all that exists. */
  changed: () => void;
  /** Whether events come by themselves now, or somebody has to look. */
  isUp?: (up: boolean) => void;
}

const AGAIN_AFTER_MS = 1_000;

/** Watches until stopped, again after every end; while it cannot watch, whoever waits has to poll. Never throws. */
export const keepWatching = async (
  connection: Connection,
  paths: ResourcePaths,
  query: ListQuery,
  { changed, isUp = () => {} }: Watcher,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      const path = await paths.collection(query);
      if (path === undefined) return;
      const { labelSelector, fieldSelector } = query;
      // Without a resourceVersion the server first sends what exists: every connect wakes the wait once, so nothing is missed between.
      const asked = { watch: 'true', timeoutSeconds: '240', allowWatchBookmarks: 'true', labelSelector, fieldSelector };
      for await (const line of connection.lines({ method: 'GET', path, query: asked, signal })) {
        isUp(true);
        if (line !== '') changed();
      }
    } catch {
      // Whoever waits lists, and reports whatever is wrong; a broken watch only makes it poll.
      isUp(false);
    }
    await sleep(AGAIN_AFTER_MS, undefined, { signal }).catch(() => {});
  }
};
