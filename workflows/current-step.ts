import { AsyncLocalStorage, type WorkflowInterceptorsFactory } from '@temporalio/workflow';

const current = new AsyncLocalStorage<string>();

/** Runs `body` as a step: every activity in it carries the step's id as its summary, in the UI and in the history. */
export const inStep = <Result>(id: string, body: () => Promise<Result>): Promise<Result> => current.run(id, body);

/** Loaded by the worker under this name. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => {
        const summary = current.getStore();
        return next(summary === undefined ? input : { ...input, options: { ...input.options, summary } });
      },
    },
  ],
});
