import { DefaultLogger, Runtime, type LogMetadata } from '@temporalio/worker';
import pino, { type Logger } from 'pino';
import { redact } from '../src/redact.ts';

/** JSON lines on stdout; every text passes the redaction. */
export function createLog(name: string): Logger {
  return pino({
    name,
    level: process.env['LOG_LEVEL'] ?? 'info',
    base: { pod: process.env['POD_NAME'], node: process.env['NODE_NAME'] },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: {
      err: (error: unknown) => redact(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    },
  });
}

/** Sends the SDK's own log through ours. Once per process, before any connection. */
export function installRuntime(log: Logger): void {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => log[levels[level]](plain(meta), redact(message))),
    shutdownSignals: [],
  });
}

function plain(meta: LogMetadata | undefined): Record<string, unknown> {
  const { error, ...rest } = meta ?? {};
  const shown = Object.fromEntries(Object.entries(rest).filter(([key]) => typeof key === 'string'));
  return error === undefined ? shown : { ...shown, err: error };
}
