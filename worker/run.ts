import { writeSync } from 'node:fs';
import type { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { redact } from '../src/redact.ts';
import type { Health } from './health-server.ts';
import type { Repeating } from './repeat.ts';

/**
 * Runs the workers of this process until SIGTERM or SIGINT, then drains them: no new work, running work gets the grace time of its
 * worker, and what was repeated beside them takes no further turn. A worker that ends by itself makes the process unhealthy and ends it,
 * so that the kubelet starts it again.
 */
export async function runUntilStopped(
  workers: Worker[],
  health: Health,
  log: Logger,
  beside: Repeating[] = [],
): Promise<void> {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    health.ready = false;
    log.info({ signal }, 'draining');
    for (const repeating of beside) void repeating.stop();
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

/**
 * Ends the process with the reason as its last line: that is what Kubernetes keeps of a container that failed, and what a parked operation
 * shows. Left to Node, the last line would be its version.
 */
export function endWithReason(error: unknown): never {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const text = redact(`${stack}\n${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
  // Written before the process ends, which a stream would not promise.
  writeSync(process.stderr.fd, text);
  process.exit(1);
}
