import type { ErrorClass } from '../errors.ts';

/** What a script can act on. Documented for users, tested: never renumbered. */
export const EXIT = {
  /** Done and healthy. */
  done: 0,
  failed: 1,
  /** The command, the document or the input is wrong; nothing was started. */
  usage: 2,
  /** Refused for safety, by a person, or because someone else owns it. */
  refused: 3,
  /** Finished, but not healthy or not proven. */
  unhealthy: 4,
  /** Stopped waiting; the operation goes on. */
  goesOn: 5,
  /** Kubernetes, Temporal or Ceph cannot be reached. */
  unreachable: 6,
  bug: 70,
  interrupted: 130,
  /** Whoever read the output has gone (`| head`); as a program that the signal of a closed pipe ended. */
  outputClosed: 141,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const OF_CLASS: Record<ErrorClass, ExitCode> = {
  InvalidRequest: EXIT.usage,
  SafetyRefusal: EXIT.refused,
  Conflict: EXIT.refused,
  NotVerified: EXIT.unhealthy,
  Unavailable: EXIT.unreachable,
  Bug: EXIT.bug,
};

export const exitCodeOf = (errorClass: ErrorClass): ExitCode => OF_CLASS[errorClass];
