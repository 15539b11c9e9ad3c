import { ExecaError } from 'execa';

const lastLine = (text: unknown): string | undefined =>
  typeof text === 'string' ? text.trim().split('\n').at(-1) : undefined;

/** One line of why a read of a device failed; of a program, its last line. */
export function describeFailure(error: unknown): string {
  if (error instanceof ExecaError) return lastLine(error.stderr) || error.shortMessage.split('\n')[0] || error.message;
  return error instanceof Error ? error.message : String(error);
}
