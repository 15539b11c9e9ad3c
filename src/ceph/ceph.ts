import type { z } from 'zod';
import { failure } from '../errors.ts';
import { runProgram, type ProgramResult } from './command.ts';
import type { CephSession } from './session.ts';

export interface CephOptions {
  /** Covers the whole command: a command that the mgr serves hangs for ever where none is active. */
  timeoutSeconds?: number;
  input?: string | Uint8Array;
  answers?: number[];
}

/** Runs `ceph` and returns its exit code and output. rc 0 proves nothing: callers read back what they changed. */
export function runCeph(session: CephSession, args: string[], options: CephOptions = {}): Promise<ProgramResult> {
  return (session.run ?? runProgram)({
    program: 'ceph',
    args: ['--connect-timeout', '10', ...session.connection, '-f', 'json', ...args],
    title: titleOf(args),
    timeoutSeconds: options.timeoutSeconds ?? 30,
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.answers === undefined ? {} : { answers: options.answers }),
    ...(session.signal === undefined ? {} : { signal: session.signal }),
  });
}

/** Asks Ceph something and checks the shape of the answer; fields that the schema does not name are ignored. */
export async function askCeph<T>(
  session: CephSession,
  args: string[],
  schema: z.ZodType<T>,
  options: CephOptions = {},
): Promise<T> {
  const { stdout } = await runCeph(session, args, options);
  return parseAnswer(titleOf(args), stdout, schema);
}

/** Reads JSON as Ceph prints it (an empty line before, no newline after). Standard error is prose and never parsed. */
export function parseAnswer<T>(title: string, stdout: Uint8Array, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(stdout).toString('utf8'));
  } catch (cause) {
    throw failure('COMMAND_FAILED', `"${title}" did not answer in JSON`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw failure('BUG', `"${title}" answered in an unknown shape: ${first?.path.join('.')} ${first?.message}`);
}

/** Only words, up to the first option: an argument could be long, and belongs to nobody but the command. */
function titleOf(args: string[]): string {
  const firstOption = args.findIndex((argument) => argument.startsWith('-'));
  return ['ceph', ...args.slice(0, firstOption === -1 ? args.length : firstOption).slice(0, 4)].join(' ');
}
