import { execa } from 'execa';
import { inherit } from '../disks/inherit.ts';
import { failure } from '../errors.ts';
import { redact } from '../redact.ts';
import { waitingFor } from '../time-shares.ts';

const OUTPUT_LIMIT_BYTES = 64 * 2 ** 20;
const TAIL_BYTES = 4096;
const KILL_AFTER_MILLISECONDS = 2000;
const LEAVE_AFTER_MILLISECONDS = 7000;

export interface ProgramCall {
  program: string;
  args: string[];
  /** What a person calls it, `ceph osd dump`: stands in messages instead of the arguments. */
  title: string;
  timeoutSeconds: number;
  input?: string | Uint8Array;
  signal?: AbortSignal;
  /** Descriptors that the child gets as 3, 4, ...: a lock or an open device then lives as long as the child. */
  inheritFds?: number[];
  env?: Record<string, string>;
  /** Exit codes that are answers, not failures; 0 alone without it. */
  answers?: number[];
}

export interface ProgramResult {
  exitCode: number;
  stdout: Buffer;
  stderr: string;
}

/**
 * Runs a program to its end in a process group of its own.
 * Ended by time or by the signal, the whole group gets SIGTERM, then SIGKILL: never SIGINT, because an interrupted `ceph` exits 0 and
 * would count as done. What does not even end then is left behind. Aborted, it throws the signal's reason, so that a cancelled activity
 * counts as cancelled and not as failed.
 */
export async function runProgram(call: ProgramCall): Promise<ProgramResult> {
  call.signal?.throwIfAborted();
  const child = execa(call.program, call.args, {
    detached: true,
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: OUTPUT_LIMIT_BYTES,
    // CEPH_ARGS of the pod would slip options into every command.
    env: { CEPH_ARGS: '', LC_ALL: 'C.UTF-8', ...call.env },
    ...(call.input === undefined ? {} : { input: call.input }),
    stdio: [call.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', ...(call.inheritFds ?? []).map(inherit)],
  });
  const ended = endGroupOn(child.pid, call);
  const result = await waitingFor('ceph', () => Promise.race([child, ended.leftBehind]));
  ended.stop();
  call.signal?.throwIfAborted();
  if (result === 'left behind') {
    throw failure(
      'COMMAND_TIMED_OUT',
      `"${call.title}" did not end within ${call.timeoutSeconds} s, and not when it was killed either: it hangs in the kernel, as on a disk that does not answer, and keeps what it has open`,
    );
  }
  const stderr = redact(tail(Buffer.from(result.stderr ?? [])));
  const details = { output: stderr, cause: result.cause };
  if (ended.timedOut())
    throw failure('COMMAND_TIMED_OUT', `"${call.title}" did not end within ${call.timeoutSeconds} s`, details);
  if (result.exitCode === undefined || result.isMaxBuffer)
    throw failure('COMMAND_FAILED', `"${call.title}" ${whyNotEnded(result)}`, details);
  if (!(call.answers ?? [0]).includes(result.exitCode))
    throw failure('COMMAND_FAILED', `"${call.title}" ended with code ${result.exitCode}${lastLine(stderr)}`, details);
  return { exitCode: result.exitCode, stdout: Buffer.from(result.stdout ?? []), stderr };
}

interface GroupEnd {
  stop: () => void;
  timedOut: () => boolean;
  /** Comes when the group was killed and still does not end: in the kernel no signal reaches it. */
  leftBehind: Promise<'left behind'>;
}

/** Ends the process group at the deadline or when the signal says so; a child that ignores SIGTERM is killed. */
function endGroupOn(pid: number | undefined, call: ProgramCall): GroupEnd {
  let late = false;
  let killer: NodeJS.Timeout | undefined;
  let leaver: NodeJS.Timeout | undefined;
  const { promise: leftBehind, resolve: leave } = Promise.withResolvers<'left behind'>();
  const end = (): void => {
    killGroup(pid, 'SIGTERM');
    killer ??= setTimeout(() => killGroup(pid, 'SIGKILL'), KILL_AFTER_MILLISECONDS);
    leaver ??= setTimeout(() => leave('left behind'), LEAVE_AFTER_MILLISECONDS);
  };
  const deadline = setTimeout(() => {
    late = true;
    end();
  }, call.timeoutSeconds * 1000);
  call.signal?.addEventListener('abort', end, { once: true });
  return {
    stop: () => {
      clearTimeout(deadline);
      clearTimeout(killer);
      clearTimeout(leaver);
      call.signal?.removeEventListener('abort', end);
    },
    timedOut: () => late,
    leftBehind,
  };
}

function killGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function whyNotEnded(result: { signal?: string; code?: string; isMaxBuffer: boolean }): string {
  if (result.isMaxBuffer) return `wrote more than ${OUTPUT_LIMIT_BYTES / 2 ** 20} MiB`;
  if (result.code === 'ENOENT') return 'could not be started: the image has no such program';
  return result.signal === undefined
    ? `could not be started (${result.code ?? 'unknown reason'})`
    : `was ended by ${result.signal}`;
}

const tail = (bytes: Buffer): string => bytes.subarray(-TAIL_BYTES).toString('utf8');

/** The last line says what is wrong more often than any other. */
function lastLine(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : `: ${line.slice(0, 300)}`;
}
