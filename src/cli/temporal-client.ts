import {
  Client,
  Connection,
  QueryNotRegisteredError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type WorkflowExecutionInfo,
  type WorkflowExecutionStatusName,
} from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { OPS_QUEUE } from '../contract/queues.ts';
import { STATE_QUERY, type OperationResult, type OperationState } from '../contract/state.ts';
import { readTemporalSettings, type TemporalSettings } from '../temporal-settings.ts';
import { temporalTrouble } from '../temporal-trouble.ts';
import { usageError } from './command-error.ts';
import type { Io } from './io.ts';
import type { GlobalOptions } from './options.ts';
import { endingOf, isSilence, notConnected, unreachable } from './temporal-errors.ts';
import { readSchedules, steerSchedule } from './temporal-schedules.ts';
import type { Ending, Execution, ExecutionStatus, StartRequest, TemporalPort } from './temporal-port.ts';

const CONNECT_SECONDS = 4;
/** Longest wait for the service itself. */
const SERVICE_SECONDS = 20;
/** Longest wait for a worker behind a query or an update. */
const WORKER_SECONDS = 5;

/** Connects by flag over environment over configuration file, as Temporal's own tools do. */
export async function connectToTemporal(options: GlobalOptions, io: Io): Promise<TemporalPort> {
  const settings = readSettings(options, io);
  const { address, apiKey, tls, metadata, namespace } = settings;
  const description = `Temporal at ${address}, namespace ${namespace},`;
  const connection = await Connection.connect({
    address,
    apiKey,
    tls,
    metadata,
    connectTimeout: `${CONNECT_SECONDS} seconds`,
  }).catch(async (cause: unknown) => {
    throw notConnected(cause, description, (await temporalTrouble(settings, cause)).sentence);
  });
  const client = new Client({ connection, namespace, identity: `cephflow:${io.user}` });
  return portOf(client, description);
}

function readSettings(options: GlobalOptions, { environment }: Io): TemporalSettings {
  try {
    const settings = readTemporalSettings({ environment, profile: options.profile });
    const { address = settings.address, temporalNamespace: namespace = settings.namespace } = options;
    return { ...settings, address, namespace };
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause);
    const sentence = `Temporal's connection settings cannot be used: ${because}`;
    throw usageError(`${sentence.replace(/\.$/, '')}. Correct the profile or the environment.`);
  }
}

function portOf(client: Client, description: string): TemporalPort {
  const within = async <T>(seconds: number, call: () => Promise<T>): Promise<T> => {
    try {
      return await client.withDeadline(Date.now() + seconds * 1000, call);
    } catch (error) {
      throw unreachable(error, description);
    }
  };
  return {
    description,
    start: (request) => within(SERVICE_SECONDS, () => start(client, request)),
    describe: (id) => within(SERVICE_SECONDS, () => describe(client, id)),
    readState: (id, runId) => within(SERVICE_SECONDS, () => readState(client, id, runId)),
    ending: (id, runId) =>
      within(SERVICE_SECONDS, () => endingFrom(() => client.workflow.result<never>(id, runId, { followRuns: true }))),
    update: (id, name, payload) => within(SERVICE_SECONDS, () => update(client, id, name, payload)),
    signal: (id, name, payload) => within(SERVICE_SECONDS, () => client.workflow.getHandle(id).signal(name, payload)),
    history: (id, runId) => within(SERVICE_SECONDS, () => history(client, id, runId)),
    list: (query, limit) => within(SERVICE_SECONDS, () => list(client, query, limit)),
    execute: (request, seconds) =>
      within(seconds, () =>
        endingFrom(() =>
          client.workflow.execute(request.type, {
            ...startOptions(request),
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowExecutionTimeout: `${seconds} seconds`,
          }),
        ),
      ),
    schedules: (cluster) => within(SERVICE_SECONDS, () => readSchedules(client, cluster)),
    steerSchedule: (cluster, act, note) => within(SERVICE_SECONDS, () => steerSchedule(client, cluster, act, note)),
    serverVersion: () =>
      within(WORKER_SECONDS, async () => (await client.workflowService.getSystemInfo({})).serverVersion ?? 'unknown'),
    close: () => client.connection.close(),
  };
}

const startOptions = ({ id, input, summary }: StartRequest) => ({
  workflowId: id,
  taskQueue: OPS_QUEUE,
  args: [input],
  staticSummary: summary,
});

async function start(client: Client, request: StartRequest): ReturnType<TemporalPort['start']> {
  try {
    const handle = await client.workflow.start(request.type, startOptions(request));
    return { kind: 'started', runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { kind: 'running', runId: (await describe(client, request.id))?.runId ?? '' };
  }
}

async function describe(client: Client, id: string): Promise<Execution | undefined> {
  try {
    return executionOf(await client.workflow.getHandle(id).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function readState(client: Client, id: string, runId: string): ReturnType<TemporalPort['readState']> {
  try {
    const state = await client.withDeadline(Date.now() + WORKER_SECONDS * 1000, () =>
      client.workflow.getHandle(id, runId).query<OperationState>(STATE_QUERY),
    );
    return { kind: 'state', state };
  } catch (error) {
    // A workflow without that query, or before its first task, cannot tell its state either.
    if (isSilence(error) || error instanceof QueryNotRegisteredError) return { kind: 'silent' };
    throw error;
  }
}

/**
 * A worker that comes back after the wait ran out may still take this update, so that a signal sent in its place arrives too. Both
 * name the plan or the attempt, so the later one changes nothing.
 */
async function update(client: Client, id: string, name: string, payload: unknown): ReturnType<TemporalPort['update']> {
  try {
    const sentence = await client.withDeadline(Date.now() + WORKER_SECONDS * 1000, () =>
      client.workflow.getHandle(id).executeUpdate<string, [unknown]>(name, { args: [payload] }),
    );
    return { kind: 'accepted', sentence };
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isSilence(error)) return { kind: 'silent' };
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    const ending = endingOf(error);
    return { kind: 'refused', code: ending.kind === 'failed' ? ending.code : undefined, sentence: ending.message };
  }
}

async function endingFrom(run: () => Promise<unknown>): Promise<Ending> {
  try {
    return { kind: 'finished', result: (await run()) as OperationResult };
  } catch (error) {
    if (error instanceof WorkflowFailedError) return endingOf(error);
    throw error;
  }
}

async function history(client: Client, id: string, runId: string): Promise<unknown> {
  // Slow to load, and only a report needs it.
  const { historyToJSON } = await import('@temporalio/common/lib/proto-utils.js');
  return JSON.parse(historyToJSON(await client.workflow.getHandle(id, runId).fetchHistory())) as unknown;
}

async function list(client: Client, query: string, limit: number): Promise<Execution[]> {
  const found: Execution[] = [];
  for await (const info of client.workflow.list({ query, pageSize: limit })) {
    found.push(executionOf(info));
    if (found.length === limit) break;
  }
  return found;
}

const STATUS: Record<WorkflowExecutionStatusName, ExecutionStatus> = {
  RUNNING: 'running',
  PAUSED: 'running',
  UNSPECIFIED: 'running',
  UNKNOWN: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
  CONTINUED_AS_NEW: 'continued',
};

function executionOf(info: Omit<WorkflowExecutionInfo, 'raw'>): Execution {
  const attributes = info.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, String(value)] as const);
  return {
    id: info.workflowId,
    runId: info.runId,
    type: info.type,
    status: STATUS[info.status.name],
    startedAt: info.startTime.toISOString(),
    ...(info.closeTime === undefined ? {} : { closedAt: info.closeTime.toISOString() }),
    attributes: Object.fromEntries(attributes),
  };
}
