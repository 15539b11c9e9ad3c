import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { SEARCH_ATTRIBUTES } from '../src/contract/names.ts';

/** Histories are the record of what was done to data; three days is the server's usual default and too short for a Monday morning. */
const RETENTION_SECONDS = 30 * 24 * 3600;

const ALREADY_EXISTS = 6;

/**
 * Brings the Temporal namespace to what the operations need: search attributes, and a retention of 30 days (raised if shorter, never
 * lowered). Idempotent. What may not be changed is a finding in the log, not a crash: the operations then run with fewer columns.
 */
export async function convergeTemporal(connection: NativeConnection, namespace: string, log: Logger): Promise<void> {
  await attempt(log, 'register the search attributes', () => registerSearchAttributes(connection, namespace));
  await attempt(log, 'raise the retention of the namespace to 30 days', () => raiseRetention(connection, namespace));
}

async function registerSearchAttributes(connection: NativeConnection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = SEARCH_ATTRIBUTES.filter((name) => customAttributes?.[name] === undefined);
  if (missing.length === 0) return;
  const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, keyword]));
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    // The other replica was faster.
    if ((error as { code?: number }).code !== ALREADY_EXISTS) throw error;
  }
}

async function raiseRetention(connection: NativeConnection, namespace: string): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  if (seconds === 0 || seconds >= RETENTION_SECONDS) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: temporalDuration(RETENTION_SECONDS) },
  });
}

const temporalDuration = (seconds: number) => ({ seconds: seconds as never });

async function attempt(log: Logger, what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    log.warn({ err: error }, `Could not ${what}; ask whoever runs Temporal to do it, the operations go on without.`);
  }
}
