import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/** Well below the heartbeat timeout of workflows/activity-profiles.ts (15 s). */
const INTERVAL_MILLISECONDS = 3000;

/**
 * Keeps every activity's heartbeat going with the last sentence it reported, so that a dead worker is noticed in seconds even inside
 * one long command. It hides no hung child: each command has its own kill timer.
 */
export const heartbeats = (): ActivityInboundCallsInterceptor => ({
  async execute(input, next) {
    const context = Context.current();
    const report = context.heartbeat.bind(context);
    let last: unknown = 'started';
    (context as { heartbeat: (details?: unknown) => void }).heartbeat = (details) => {
      last = details;
      report(details);
    };
    const timer = setInterval(() => report(last), INTERVAL_MILLISECONDS);
    try {
      return await next(input);
    } finally {
      clearInterval(timer);
    }
  },
});
