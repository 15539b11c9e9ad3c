import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { daemonProcsFile } from './cgroups.ts';
import { labPaths } from './paths.ts';
import { until } from './until.ts';

/** A long-running program of the lab. `owner` is `control` or the node it belongs to. */
export type Daemon = {
  name: string;
  owner: string;
  command: string[];
  /** Files of the namespaces it runs in, as nsenter takes them; empty for the machine's own. */
  enter: string[];
};

/** Starts a program that is in a control group from its first instruction. */
export const cgroupLauncher = join(import.meta.dirname, 'in-cgroup.sh');

/** Pid numbers are reused; together with its start time and the machine's boot one names exactly one process. */
type Identity = { pid: number; startTicks: string; bootId: string };

/** Starts a daemon unless it runs already. Its output is appended to its log. */
export async function startDaemon(daemon: Daemon): Promise<void> {
  if (await daemonRuns(daemon.name)) return;
  const procs = await daemonProcsFile(daemon.owner);
  const entered = daemon.enter.length === 0 ? daemon.command : ['nsenter', ...daemon.enter, '--', ...daemon.command];
  await mkdir(labPaths().logs, { recursive: true });
  await mkdir(recordDirectory(), { recursive: true });
  const child = execa(cgroupLauncher, [procs, logFile(daemon.name), ...entered], {
    detached: true,
    cleanup: false,
    reject: false,
    cwd: labPaths().state,
    env: { PATH: `${labPaths().programs.kubernetes}:${process.env['PATH'] ?? ''}`, HOME: labPaths().state },
    stdio: 'ignore',
  });
  child.nodeChildProcess.unref();
  if (child.pid === undefined)
    throw new Error(`The program ${daemon.command[0] ?? ''} of ${daemon.name} could not be started.`);
  const identity = identityOf(child.pid);
  if (identity === undefined) throw await startFailure(daemon.name);
  await writeRecord(daemon, identity);
}

/** True while exactly the process that was recorded under this name lives. */
export async function daemonRuns(name: string): Promise<boolean> {
  const record = await readRecord(name);
  return record !== undefined && lives(record.identity);
}

/** The pid of a running daemon, or undefined. */
export async function daemonPid(name: string): Promise<number | undefined> {
  const record = await readRecord(name);
  return record !== undefined && lives(record.identity) ? record.identity.pid : undefined;
}

/** Sends a signal to the recorded process and waits until it is gone. Harmless when it is gone already. */
export async function stopDaemon(name: string, signal: 'SIGTERM' | 'SIGKILL', timeoutSeconds = 15): Promise<void> {
  const record = await readRecord(name);
  if (record === undefined || !lives(record.identity)) return;
  process.kill(record.identity.pid, signal);
  await until(`${name} has ended`, timeoutSeconds, () => !lives(record.identity));
}

/** Starts a daemon again exactly as it was started before. */
export async function startRecorded(name: string): Promise<void> {
  const record = await readRecord(name);
  if (record === undefined) throw new Error(`The lab never started anything called "${name}".`);
  await startDaemon(record.daemon);
}

/** An error with the last lines of a daemon's log, for one that ended when it should not. */
export async function startFailure(name: string): Promise<Error> {
  const log = await readFile(logFile(name), 'utf8').catch(() => '');
  return new Error(
    `${name} ended right after its start: ${log.trim().split('\n').slice(-4).join(' | ')} (all of it: ${logFile(name)})`,
  );
}

export function logFile(name: string): string {
  return join(labPaths().logs, `${name}.log`);
}

type DaemonRecord = { daemon: Daemon; identity: Identity };

function recordDirectory(): string {
  return join(labPaths().state, 'processes');
}

async function readRecord(name: string): Promise<DaemonRecord | undefined> {
  const json = await readFile(join(recordDirectory(), `${name}.json`), 'utf8').catch(() => undefined);
  return json === undefined ? undefined : (JSON.parse(json) as DaemonRecord);
}

async function writeRecord(daemon: Daemon, identity: Identity): Promise<void> {
  const path = join(recordDirectory(), `${daemon.name}.json`);
  await writeFile(`${path}.new`, JSON.stringify({ daemon, identity } satisfies DaemonRecord));
  await rename(`${path}.new`, path);
}

/** Undefined for a process that is gone, or of which nothing runs any more and that only waits to be reaped. */
export function identityOf(pid: number): Identity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name, may hold blanks and brackets; what follows the last bracket is regular.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return hasEnded(pid, fields[0]) ? undefined : { pid, startTicks: fields[19] ?? '', bootId };
  } catch {
    return undefined;
  }
}

/** The first thread of a killed program may be a zombie while another one still ends: until then its ports and files stay taken. */
const hasEnded = (pid: number, state: string | undefined): boolean =>
  state === 'X' || (state === 'Z' && readdirSync(`/proc/${pid}/task`).length <= 1);

function lives(identity: Identity): boolean {
  const now = identityOf(identity.pid);
  return now?.startTicks === identity.startTicks && now.bootId === identity.bootId;
}
