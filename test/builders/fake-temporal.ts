import { ScheduleAlreadyRunning, ScheduleNotFoundError, type Client, type ScheduleOptions } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Awaiting } from '../../src/contract/names.ts';

/** An open workflow, as visibility, describe, history and query tell it. */
export interface OpenWorkflow {
  workflowId: string;
  runId: string;
  awaiting?: Awaiting;
  /** Time of the last event of its history, ISO 8601. */
  lastEvent?: string;
  awaitingBecause?: string;
}

/** What the server keeps of a schedule. */
type Kept = Omit<ScheduleOptions, 'scheduleId' | 'state'> & {
  state: { paused: boolean; note?: string; remainingActions?: number };
};

export interface FakeTemporal {
  client: Client;
  schedules: Map<string, Kept>;
  /** Every call that changes a schedule, in order. */
  changes: string[];
  workflows: OpenWorkflow[];
  queries: string[];
}

/** Temporal as far as schedules and open workflows go. */
export function fakeTemporal(...workflows: OpenWorkflow[]): FakeTemporal {
  const schedules: FakeTemporal['schedules'] = new Map();
  const changes: string[] = [];
  const queries: string[] = [];
  const found = (id: string): Kept => {
    const kept = schedules.get(id);
    if (kept === undefined) throw new ScheduleNotFoundError('not found', id);
    return kept;
  };
  const change = (what: string, id: string, act: () => void) => {
    found(id);
    changes.push(`${what} ${id}`);
    act();
    return Promise.resolve();
  };
  const handleOf = (id: string) => ({
    describe: async () => Promise.resolve(describeSchedule(found(id))),
    update: async (next: (previous: unknown) => Kept) => change('update', id, () => schedules.set(id, next(found(id)))),
    delete: async () => change('delete', id, () => schedules.delete(id)),
  });
  const open = (workflowId: string): OpenWorkflow => {
    const workflow = workflows.find((one) => one.workflowId === workflowId);
    if (workflow === undefined) throw new WorkflowNotFoundError('not found', workflowId, undefined);
    return workflow;
  };
  const client = {
    options: { namespace: 'default' },
    withDeadline: async (_: number, ask: () => Promise<unknown>) => ask(),
    schedule: {
      getHandle: handleOf,
      create: async ({ scheduleId, state, ...options }: ScheduleOptions) => {
        if (schedules.has(scheduleId)) throw new ScheduleAlreadyRunning('there', scheduleId);
        changes.push(`create ${scheduleId}`);
        schedules.set(scheduleId, { ...options, state: { paused: state?.paused ?? false } });
        return Promise.resolve();
      },
    },
    workflow: {
      getHandle: (workflowId: string) => ({
        describe: async () => {
          const { runId } = open(workflowId);
          const raw = { workflowExecutionInfo: { firstRunId: runId } };
          return Promise.resolve({ runId, raw, status: { name: 'RUNNING' } });
        },
        query: async () => Promise.resolve({ awaitingBecause: open(workflowId).awaitingBecause ?? '' }),
      }),
      list: async function* ({ query }: { query: string }) {
        queries.push(query);
        yield* await Promise.resolve(
          workflows
            .filter(({ awaiting = 'none' }) => !query.includes('CephAwaiting') || query.includes(`"${awaiting}"`))
            .map(({ workflowId, runId, awaiting = 'none' }) => ({
              workflowId,
              runId,
              typedSearchAttributes: { getAll: () => [{ key: { name: 'CephAwaiting' }, value: awaiting }] },
            })),
        );
      },
    },
    workflowService: {
      getWorkflowExecutionHistoryReverse: async ({ execution }: { execution: { workflowId: string } }) => {
        const seconds = Date.parse(open(execution.workflowId).lastEvent ?? '') / 1000;
        return Promise.resolve({ history: { events: [{ eventTime: { seconds } }] } });
      },
    },
  };
  return { client: client as unknown as Client, schedules, changes, workflows, queries };
}

/** Intervals and windows come back in milliseconds. */
const describeSchedule = ({ spec, action, policies = {}, state }: Kept) => ({
  spec,
  action,
  policies: { overlap: 'SKIP', catchupWindow: 31_536_000_000, pauseOnFailure: false, ...policies },
  state,
});
