import type { MetricMeter } from '@temporalio/common';
import { DefaultLogger, Runtime, type LogMetadata, type RuntimeOptions } from '@temporalio/worker';
import pino, { type DestinationStream, type Logger } from 'pino';
import { redact, redactValue } from '../src/redact.ts';
import { metricsAddress, metricsNotServed, prometheusAt } from './metrics.ts';

/** JSON lines on stdout; every text passes the redaction. */
export function createLog(name: string, destination: DestinationStream = pino.destination(1)): Logger {
  const options = {
    name,
    level: process.env['LOG_LEVEL'] ?? 'info',
    base: { pod: process.env['POD_NAME'], node: process.env['NODE_NAME'] },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: {
      err: (error: unknown) => redact(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    },
    formatters: { log: redactFields },
    hooks: {
      logMethod(this: Logger, args: Parameters<pino.LogFn>, method: pino.LogFn) {
        method.apply(this, withoutSecrets(args) as typeof args);
      },
    },
  };
  return pino(options, destination);
}

/** An error alone would have its message copied into the line as it is. */
const withoutSecrets = ([first, ...rest]: unknown[]): unknown[] =>
  first instanceof Error && rest.length === 0
    ? [{ err: first }, redact(first.message)]
    : [first, ...rest].map((arg) => (typeof arg === 'string' ? redact(arg) : arg));

/**
 * Sends the SDK's own log through ours, and serves metrics where METRICS_ADDRESS says so. Once per process, before any connection.
 * A worker that cannot serve its metrics says so and works: an operation is worth more than its figures.
 * @returns where to record metrics; `undefined` where none are served
 */
export function installRuntime(log: Logger): MetricMeter | undefined {
  const address = metricsAddress();
  try {
    const runtime = Runtime.install(runtimeOptions(log, address));
    return address === undefined ? undefined : runtime.metricMeter;
  } catch (error) {
    if (address === undefined) throw error;
    log.error(metricsNotServed(address, error));
    Runtime.install(runtimeOptions(log, undefined));
    return undefined;
  }
}

function runtimeOptions(log: Logger, address: string | undefined): RuntimeOptions {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  return {
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => log[levels[level]](plain(meta), message)),
    shutdownSignals: [],
    telemetryOptions: {
      // What the native part of the SDK says has its own JSON form; sent through our log it would cost a timer ten times a second.
      logging: { filter: { core: 'WARN', other: 'ERROR' }, console: { format: 'json' } },
      ...(address === undefined ? {} : { metrics: prometheusAt(address) }),
    },
  };
}

function plain(meta: LogMetadata | undefined): Record<string, unknown> {
  const { error, ...rest } = meta ?? {};
  const shown = Object.fromEntries(Object.entries(rest).filter(([key]) => typeof key === 'string'));
  return error === undefined ? shown : { ...shown, err: error };
}

/** An error goes to its serializer, which redacts by itself. */
const redactFields = (fields: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? value : redactValue(value, name)]),
  );
