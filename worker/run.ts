import type { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Health } from './health-server.ts';

/**
 * Runs the workers of this process until SIGTERM or SIGINT, then drains them: no new work, running work gets the grace time of its
 * worker. A worker that ends by itself makes the process unhealthy and ends it, so that the kubelet starts it again.
 */
export async function runUntilStopped(workers: Worker[], health: Health, log: Logger): Promise<void> {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    health.ready = false;
    log.info({ signal }, 'draining');
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.once('SIGTERM', () => stop('SIGTERM'));
  process.once('SIGINT', () => stop('SIGINT'));
  const runs = workers.map((worker) =>
    worker.run().then(() => {
      if (!stopping)
        throw new Error(`the worker of queue ${worker.options.taskQueue} ended although nobody stopped it`);
    }),
  );
  health.ready = true;
  log.info({ queues: workers.map((worker) => worker.options.taskQueue) }, 'polling');
  try {
    await Promise.all(runs);
  } catch (error) {
    health.broken = error instanceof Error ? error.message : String(error);
    stop('failure');
    await Promise.allSettled(runs);
    throw error;
  }
}
