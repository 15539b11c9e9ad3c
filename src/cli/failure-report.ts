import { findingLine, gravestFirst } from '../console/finding-lines.ts';
import { CephflowError, ERRORS, type ErrorCode, type ErrorDetails } from '../errors.ts';
import { redact } from '../redact.ts';
import { CommandError, Interrupted } from './command-error.ts';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.ts';

export interface FailureReport {
  exitCode: ExitCode;
  lines: string[];
}

/** What a person reads of a failure: one sentence, then what it rests on. Never a stack. */
export function reportFailure(error: unknown): FailureReport {
  if (error instanceof Interrupted) return { exitCode: EXIT.interrupted, lines: [] };
  if (error instanceof CommandError) return { exitCode: error.exitCode, lines: [`Error: ${redact(error.message)}`] };
  if (error instanceof CephflowError) return reportCode(error.code, error.message, error.details);
  const what = error instanceof Error ? error.message : String(error);
  return {
    exitCode: EXIT.bug,
    lines: [`Error: this is a bug of cephflow: ${redact(what)}. Set CEPHFLOW_DEBUG=1 for the stack and report it.`],
  };
}

/** The failure of an operation, as Temporal carries it. */
export function reportCode(code: string | undefined, message: string, details: ErrorDetails): FailureReport {
  // The findings of a document are its problems, which the message lists already, with their places.
  const findings = code === 'INVALID_DOCUMENT' ? [] : gravestFirst(details.findings ?? []);
  const output = details.output === undefined ? [] : ['Last lines of its output:', details.output];
  return {
    exitCode: exitCodeOfCode(code),
    lines: [
      `Error: ${message}${code === undefined ? '' : ` [${code}]`}`,
      ...findings.map((finding) => `  ${findingLine(finding, Number.POSITIVE_INFINITY)}`),
      ...output,
    ].map(redact),
  };
}

export const exitCodeOfCode = (code: string | undefined): ExitCode =>
  isErrorCode(code) ? exitCodeOf(ERRORS[code].class) : EXIT.failed;

const isErrorCode = (code: string | undefined): code is ErrorCode => code !== undefined && Object.hasOwn(ERRORS, code);
