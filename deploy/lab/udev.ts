import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labPaths } from './paths.ts';
import { daemonRuns, startDaemon, startFailure, stopDaemon } from './processes.ts';
import { run, succeeds } from './run.ts';
import { until } from './until.ts';

/** What udev's daemon makes on a machine that had none. */
const udevDirectories = ['/run/udev', '/dev/disk'];

/** Starts udev's daemon where the machine runs none, and gives every block device a record. Idempotent. */
export async function ensureUdev(): Promise<void> {
  if (!(await udevAnswers())) {
    for (const directory of udevDirectories) {
      if (!existsSync(directory)) await writeFile(madeMarker(directory), '');
    }
    await mkdir('/run/udev', { recursive: true });
    const program = ['/lib/systemd/systemd-udevd', '/usr/lib/systemd/systemd-udevd'].find((path) => existsSync(path));
    if (program === undefined)
      throw new Error("The program systemd-udevd of Debian's package udev is not where it should be.");
    await startDaemon({ name: 'udevd', owner: 'udev', command: [program, '--resolve-names=never'], enter: [] });
    await until('udev answers', 20, async () => {
      if (!(await daemonRuns('udevd'))) throw await startFailure('udevd');
      return udevAnswers();
    });
  }
  await describeBlockDevices();
}

async function udevAnswers(): Promise<boolean> {
  return succeeds('udevadm', ['control', '--ping', '--timeout=2']);
}

/**
 * Gives every block device of the machine, the lab's or not, a record in udev's database: ceph-volume 20 refuses
 * the whole inventory when one has none. Where the daemon leaves one out, an empty record is written.
 */
export async function describeBlockDevices(): Promise<void> {
  await run('udevadm', ['trigger', '--subsystem-match=block', '--action=add']);
  await run('udevadm', ['settle', '--timeout=20']);
  await mkdir('/run/udev/data', { recursive: true });
  for (const name of await readdir('/sys/class/block')) {
    const number = (await readFile(`/sys/class/block/${name}/dev`, 'utf8')).trim();
    const record = `/run/udev/data/b${number}`;
    if (!existsSync(record)) await writeFile(record, 'I:1\n');
  }
}

/** Stops the daemon if it is the lab's, and removes what only the lab's daemon made. Idempotent. */
export async function removeUdev(): Promise<void> {
  await stopDaemon('udevd', 'SIGKILL');
  for (const directory of udevDirectories) {
    if (!existsSync(madeMarker(directory))) continue;
    await rm(directory, { recursive: true, force: true });
    await rm(madeMarker(directory));
  }
}

function madeMarker(directory: string): string {
  return join(labPaths().state, `made${directory.replaceAll('/', '-')}`);
}
