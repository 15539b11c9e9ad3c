import { AsyncLocalStorage, defaultPayloadConverter, workflowInfo } from '@temporalio/workflow';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { operationOf, STEP_HEADER } from '../src/contract/metrics.ts';
import { measureOperation, measureStep } from './measure.ts';

const current = new AsyncLocalStorage<string>();

/**
 * Runs `body` as a step: every activity in it carries the step's id as its summary, in the UI and in the history, and every log line of
 * it as a field; its time is measured.
 */
export const inStep = <Result>(id: string, body: () => Promise<Result>): Promise<Result> =>
  measureStep(id, current.run(id, body));

/** Loaded by the worker under this name. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let cluster: unknown;
  return {
    inbound: [
      {
        execute: (input, next) => {
          cluster = (input.args[0] as { cluster?: unknown } | null | undefined)?.cluster;
          return measureOperation(next(input));
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => {
          const summary = current.getStore();
          if (summary === undefined) return next(input);
          const headers = { ...input.headers, [STEP_HEADER]: defaultPayloadConverter.toPayload(summary) };
          return next({ ...input, headers, options: { ...input.options, summary } });
        },
        getLogAttributes: (input, next) => {
          const operation = operationOf(workflowInfo().workflowType);
          const step = current.getStore();
          return next({ ...input, operation, cluster, ...(step === undefined ? {} : { step }) });
        },
      },
    ],
  };
};
