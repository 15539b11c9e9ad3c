import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { heartbeatOf, ownFailuresAfter, ownFailuresBefore } from './own-failures.ts';

/** Well below the heartbeat timeout of workflows/activity-profiles.ts (15 s). */
const INTERVAL_MILLISECONDS = 3000;

/**
 * Keeps every activity's heartbeat going with the last sentence it reported, so that a dead worker is noticed in seconds even inside
 * one long command. It hides no hung child: each command has its own kill timer. The heartbeat of a failed attempt counts it, for the limit
 * of activity-failures.ts.
 */
export const heartbeats = (): ActivityInboundCallsInterceptor => ({
  async execute(input, next) {
    const context = Context.current();
    const before = ownFailuresBefore(context.info.heartbeatDetails);
    const send = context.heartbeat.bind(context);
    const report = (details: unknown) => send(heartbeatOf(details, before));
    let last: unknown = 'started';
    (context as { heartbeat: (details?: unknown) => void }).heartbeat = (details) => {
      last = details;
      report(details);
    };
    const timer = setInterval(() => report(last), INTERVAL_MILLISECONDS);
    try {
      return await next(input);
    } catch (error) {
      // Reaches Temporal with the failure itself: the SDK sends what was reported last before it ends an attempt.
      const after = ownFailuresAfter(error, before);
      if (after !== before) send(heartbeatOf(last, after));
      throw error;
    } finally {
      clearInterval(timer);
    }
  },
});
