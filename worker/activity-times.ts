import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { withTimeShares, type TimeShares } from '../src/time-shares.ts';

/**
 * Adds `took` to the result of every activity that answers with an object or with nothing: seconds of the attempt that ended it, split by
 * whom it waited for. It stands in the history, where a person and `npm run bench` read it; workflows do not look at it.
 */
export const activityTimes = (): ActivityInboundCallsInterceptor => ({
  async execute(input, next) {
    let took: TimeShares | undefined;
    const result = await withTimeShares(
      () => next(input),
      (seconds) => (took = seconds),
    );
    return result === undefined || isPlainObject(result) ? { ...result, took } : result;
  },
});

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
