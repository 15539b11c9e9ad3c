import type { Context } from '@temporalio/activity';
import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import { operationOf, STEP_HEADER } from '../src/contract/metrics.ts';

/** Every log line of an activity says for which operation, cluster and step it works. */
export function activityLogFields({ info }: Context): ActivityInterceptors {
  const fields: Record<string, unknown> = {};
  if (info.workflowType !== undefined) fields['operation'] = operationOf(info.workflowType);
  return {
    inbound: {
      execute(input, next) {
        fields['cluster'] = (input.args[0] as { cluster?: unknown } | undefined)?.cluster;
        const step = input.headers[STEP_HEADER];
        if (step !== undefined) fields['step'] = defaultPayloadConverter.fromPayload(step);
        return next(input);
      },
    },
    outbound: { getLogAttributes: (input, next) => next({ ...input, ...fields }) },
  };
}
