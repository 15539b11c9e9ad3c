import { EXIT, type ExitCode } from './exit-codes.ts';

/** A failure of the command itself, not of an operation: its message is the whole sentence, with what to do next. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

export const usageError = (message: string): CommandError => new CommandError(EXIT.usage, message);

/** Thrown where a person pressed Ctrl-C at a question. */
export class Interrupted extends Error {}
