import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, defineSearchAttributeKey } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  DefaultLogger,
  Runtime,
  Worker,
  type ActivityInboundCallsInterceptor,
  type LogEntry,
} from '@temporalio/worker';
import { vi } from 'vitest';
import { labPaths } from '../../deploy/lab/paths.ts';
import { ONE_SHARD_FOR_ALL } from '../../deploy/lab/temporal-server.ts';
import { SEARCH_ATTRIBUTES } from '../../src/contract/names.ts';
import { cephQueue, diskQueue, OPS_QUEUE, probeQueue } from '../../src/contract/queues.ts';
import { STATE_QUERY, type OperationResult, type OperationState } from '../../src/contract/state.ts';
import { activityFailures } from '../../worker/activity-failures.ts';
import { activityLogFields } from '../../worker/activity-log-fields.ts';
import { heartbeats } from '../../worker/heartbeats.ts';
import { prometheusAt } from '../../worker/metrics.ts';
import { WORKFLOW_SOURCES } from '../../worker/workflow-code.ts';
import { freePort } from '../worker/free-port.ts';
import { ACTIVITY_NAMES, World } from './world.ts';

export const temporalProgram = join(labPaths().programs.temporal, 'temporal');

/** Why these tests cannot run here; `undefined` where they can. Nothing is built or fetched for them. */
export const missingServer: string | undefined = existsSync(temporalProgram)
  ? undefined
  : 'There is no Temporal server in the cache of the lab ("npm run lab -- programs" puts it there).';

/** A real Temporal server on a free loopback port with the real workflows on it; only the outside world is made up, a world per cluster. */
export class Rig {
  private readonly environment: TestWorkflowEnvironment;
  private readonly worlds = new Map<string, World>();
  private readonly running: { worker: Worker; ended: Promise<void> }[] = [];
  private readonly told: { port: number; lines: LogEntry[] };

  private constructor(told: { port: number; lines: LogEntry[] }, environment: TestWorkflowEnvironment) {
    this.told = told;
    this.environment = environment;
  }

  /** What its workers have logged so far. */
  get lines(): readonly LogEntry[] {
    return this.told.lines;
  }

  /** What Prometheus gets from its workers. */
  async scrape(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.told.port}/metrics`)).text();
  }

  static async start(): Promise<Rig> {
    const port = await freePort();
    const lines: LogEntry[] = [];
    Runtime.install({
      logger: new DefaultLogger('INFO', (entry) => {
        lines.push(entry);
        if (entry.level === 'ERROR') process.stderr.write(`${entry.message} ${inspect(entry.meta)}\n`);
      }),
      telemetryOptions: { metrics: prometheusAt(`127.0.0.1:${port}`) },
      shutdownSignals: [],
    });
    const searchAttributes = SEARCH_ATTRIBUTES.map((name) => defineSearchAttributeKey(name, 'KEYWORD'));
    const rig = new Rig(
      { port, lines },
      await TestWorkflowEnvironment.createLocal({
        server: {
          executable: { type: 'existing-path', path: temporalProgram },
          searchAttributes,
          // Every cluster has queues of its own, which is more than the server's limit for one namespace expects.
          extraArgs: [
            '--dynamic-config-value',
            'frontend.namespaceCount=20000',
            '--dynamic-config-value',
            'history.timerProcessorMaxTimeShift="10ms"',
            // Four partitions of each of some 300 queues, most of them idle, would be most of the server's bookkeeping.
            '--dynamic-config-value',
            'matching.numTaskqueueReadPartitions=1',
            '--dynamic-config-value',
            'matching.numTaskqueueWritePartitions=1',
            '--dynamic-config-value',
            'metrics.breakdownByTaskQueue=false',
            ...ONE_SHARD_FOR_ALL,
          ],
        },
      }),
    );
    await rig.serve(OPS_QUEUE, WORKFLOW_SOURCES.workflowsPath);
    return rig;
  }

  /** A cluster of its own, with agents on every host; nobody works on the queues that are named asleep. */
  async world(cluster: string, nodes = ['n1'], asleep: string[] = []): Promise<World> {
    const world = new World(cluster, nodes);
    this.worlds.set(cluster, world);
    const hostQueues = nodes.flatMap((node) => [probeQueue(cluster, node), diskQueue(cluster, node)]);
    const awake = [cephQueue(cluster), ...hostQueues].filter((queue) => !asleep.includes(queue));
    await Promise.all(awake.map((queue) => this.serve(queue)));
    return world;
  }

  start(workflowType: string, input: unknown, workflowId: string): Promise<WorkflowHandle> {
    return this.environment.client.workflow.start(workflowType, { taskQueue: OPS_QUEUE, workflowId, args: [input] });
  }

  get client(): Client {
    return this.environment.client;
  }

  async stop(): Promise<void> {
    for (const { worker } of this.running) worker.shutdown();
    try {
      await Promise.all(this.running.map(({ ended }) => ended));
    } finally {
      await this.environment.teardown();
    }
  }

  /** Begins to work on a queue. */
  async serve(taskQueue: string, workflowsPath?: string): Promise<void> {
    const act = (name: string) => (input: { cluster: string }) => this.worldOf(input.cluster).act(name, input);
    const worker = await Worker.create({
      connection: this.environment.nativeConnection,
      taskQueue,
      ...(workflowsPath === undefined ? {} : { workflowsPath }),
      activities: Object.fromEntries(ACTIVITY_NAMES.map((name) => [name, act(name)])),
      interceptors: {
        workflowModules: WORKFLOW_SOURCES.workflowInterceptorModules,
        activity: [
          activityLogFields,
          () => ({ inbound: soonAgain }),
          () => ({ inbound: activityFailures() }),
          () => ({ inbound: heartbeats() }),
        ],
      },
      maxConcurrentActivityTaskPolls: 1,
      // What a failed test still holds would keep the worker, and with it the server, for ever.
      shutdownForceTime: '20 seconds',
    });
    this.running.push({ worker, ended: worker.run() });
  }

  private worldOf(cluster: string): World {
    const world = this.worlds.get(cluster);
    if (world === undefined) throw new Error(`no world was made for the cluster ${cluster}`);
    return world;
  }
}

/** Retries without the pauses of production, which are the server's business and would be most of the time of a test. */
const soonAgain: ActivityInboundCallsInterceptor = {
  execute: (input, next) =>
    next(input).catch((error: unknown) => {
      if (error instanceof CancelledFailure) throw error;
      const failed = ApplicationFailure.fromError(error instanceof Error ? error : new Error(String(error)));
      throw Object.assign(failed, { nextRetryDelay: '50ms' });
    }),
};

/** A started operation as its operator sees it. */
export class Operation {
  readonly handle: WorkflowHandle;

  constructor(handle: WorkflowHandle) {
    this.handle = handle;
  }

  state(): Promise<OperationState> {
    return this.handle.query<OperationState>(STATE_QUERY);
  }

  /** Looks again and again until the state is as wanted; fails with the last one. */
  async until(wanted: (state: OperationState) => boolean, withinMilliseconds = 45_000): Promise<OperationState> {
    let last: OperationState | undefined;
    const look = async (): Promise<OperationState> => {
      last = await this.state();
      if (!wanted(last)) throw new Error('not yet');
      return last;
    };
    return vi.waitFor(look, { timeout: withinMilliseconds, interval: 100 }).catch((error: unknown) => {
      throw new Error(`the operation did not come to the awaited state; it is ${JSON.stringify(last)}`, {
        cause: error,
      });
    });
  }

  untilAwaiting(awaiting: OperationState['awaiting']): Promise<OperationState> {
    return this.until((state) => state.awaiting === awaiting);
  }

  /** The plan that is asked now, approved by its whole hash. */
  async approve(more: { cluster?: string } = {}): Promise<void> {
    const { plan } = await this.untilAwaiting('approval');
    await this.send('approve', { plan: plan?.hash, by: 'ada', ...more });
  }

  /** As update: the answer, or the sentence of the refusal. */
  async send(name: string, message: unknown): Promise<string> {
    return this.handle.executeUpdate<string, [unknown]>(name, { args: [message] });
  }

  async refusalOf(name: string, message: unknown): Promise<string> {
    const answer = await this.send(name, message).then(
      (sentence) => `was obeyed: ${sentence}`,
      (error: unknown) => causeOf(error).message,
    );
    return answer;
  }

  result<Result extends OperationResult = OperationResult>(): Promise<Result> {
    return this.handle.result() as Promise<Result>;
  }

  /** The innermost failure that ended it. */
  async failure(): Promise<Error & { type?: string }> {
    return this.handle.result().then(
      (result) => {
        throw new Error(`it ended well: ${JSON.stringify(result)}`);
      },
      (error: unknown) => causeOf(error),
    );
  }

  /** Type and summary of every activity that was scheduled. */
  async activitySummaries(): Promise<[type: string, summary: string | undefined][]> {
    const { events } = await this.handle.fetchHistory();
    return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled, userMetadata }) => {
      if (!scheduled) return [];
      const summary = userMetadata?.summary?.data;
      const text = summary ? (JSON.parse(Buffer.from(summary).toString('utf8')) as string) : undefined;
      return [[scheduled.activityType?.name ?? '', text] as [string, string | undefined]];
    });
  }

  async historyLength(): Promise<number> {
    return (await this.handle.describe()).historyLength;
  }
}

function causeOf(error: unknown): Error & { type?: string } {
  const cause = (error as Error).cause;
  return cause instanceof Error ? causeOf(cause) : (error as Error);
}
