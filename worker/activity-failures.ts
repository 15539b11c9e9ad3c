import { Context, CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { FailureDetails } from '../src/contract/failure.ts';
import type { Finding } from '../src/contract/finding.ts';
import { CephflowError } from '../src/errors.ts';
import { redact } from '../src/redact.ts';
import { isOwnFailure, ownFailuresBefore } from './own-failures.ts';

/**
 * Own failures of one activity before its step parks. With the delays of workflows/activity-profiles.ts that is some 15 seconds: longer than
 * a mon election or the restart of a mgr, short enough that a person hears of a real fault within a minute.
 */
const BOUNDED_FAILURES = 5;

/** The one place where errors become Temporal's: code as type, class and findings as details, no secret in the text. */
export const activityFailures = (): ActivityInboundCallsInterceptor => ({
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      throw toFailure(error, ownFailuresBefore(Context.current().info.heartbeatDetails) + 1);
    }
  },
});

/** @param ownFailures of this activity, this one included */
export function toFailure(error: unknown, ownFailures: number): unknown {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure || error instanceof CompleteAsyncError)
    return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  if (!(error instanceof CephflowError)) return unexpected(error, ownFailures);
  const details: FailureDetails = {
    class: error.class,
    findings: redactFindings(error.details.findings ?? []),
    ...(error.details.output === undefined ? {} : { output: redact(error.details.output).slice(-4096) }),
  };
  return ApplicationFailure.create({
    message: redact(error.message),
    type: error.code,
    nonRetryable: !error.retryable || (isOwnFailure(error) && ownFailures >= BOUNDED_FAILURES),
    details: [details],
    ...(error.code === 'OPERATION_HELD' ? { category: 'BENIGN' as const } : {}),
  });
}

const redactFindings = (findings: Finding[]): Finding[] => JSON.parse(redact(JSON.stringify(findings))) as Finding[];

/** Nobody foresaw it: tried again a few times (it may be a passing fault), then shown as the bug it is. */
function unexpected(error: unknown, ownFailures: number): ApplicationFailure {
  const what = redact(error instanceof Error ? error.message : String(error));
  const stack = error instanceof Error ? redact(error.stack ?? '').slice(-2048) : '';
  const details: FailureDetails = { class: 'Bug', findings: [], output: stack };
  return ApplicationFailure.create({
    message: `An unforeseen fault: ${what}. Please report it with the workflow's history; retry tries again.`,
    type: 'BUG',
    nonRetryable: ownFailures >= BOUNDED_FAILURES,
    details: [details],
  });
}
