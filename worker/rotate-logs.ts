import { constants } from 'node:fs';
import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { askDaemon } from '../src/ceph/ask-daemon.ts';
import { readConfigMap, type ClusterStore } from '../src/ceph/cluster-store.ts';
import {
  currentSince,
  daemonLogs,
  isDue,
  rotatedName,
  toCompress,
  toRemove,
  type DaemonLogs,
} from '../src/domain/log-files.ts';
import { rotationIn } from '../src/manifests/log-files.ts';
import { hostPaths, NAMES } from '../src/manifests/names.ts';

export const ROTATE_LOGS_EVERY_SECONDS = 300;

export interface LogsOfHost {
  kubernetes: Pick<ClusterStore, 'read'>;
  cluster: string;
  /** `dataDirHostPath` of the cluster. */
  dataDir: string;
  now: () => Date;
}

/**
 * One look at the log files of the cluster's daemons on this host: what is old or large enough is renamed, its daemon opens a new file, older
 * ones are compressed, the oldest removed. Files are rotated by whatever made them, also where the document never asked for them. Without
 * files it asks nobody. Returns a sentence per rotated file.
 */
export async function rotateLogs(host: LogsOfHost): Promise<string[]> {
  const { log: directory, sockets } = hostPaths(host.dataDir, host.cluster);
  const found = daemonLogs(await namesIn(directory));
  if (found.length === 0) return [];
  const rotation = rotationIn(await readConfigMap(host.kubernetes, host.cluster, NAMES.logFiles));
  const told: string[] = [];
  for (const logs of found) {
    const socket = join(sockets, `${logs.daemon}.asok`);
    if (logs.current === undefined) await reopen(socket);
    else if (await isCurrentDue(directory, logs, rotation, host.now())) {
      await rename(join(directory, logs.current), join(directory, rotatedName(logs.current, host.now())));
      await reopen(socket);
      told.push(`the log file of ${logs.daemon} was rotated`);
    }
  }
  for (const logs of daemonLogs(await namesIn(directory))) await tidy(directory, logs);
  return told;
}

/**
 * Plain files alone. Daemons may write here, and the agent is root with every disk of the host at hand: a link that somebody planted would
 * lead it anywhere.
 */
async function namesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** A daemon that does not hear it goes on with the renamed file, and is told again at the next look. One that has ended needs nothing. */
const reopen = (socket: string): Promise<unknown> => askDaemon(socket, { prefix: 'log reopen' });

async function isCurrentDue(
  directory: string,
  logs: DaemonLogs,
  rotation: ReturnType<typeof rotationIn>,
  now: Date,
): Promise<boolean> {
  const { size, birthtimeMs } = await lstat(join(directory, logs.current ?? ''));
  return isDue({ sizeBytes: size, sinceMilliseconds: currentSince(logs, birthtimeMs) }, rotation, now);
}

async function tidy(directory: string, logs: DaemonLogs): Promise<void> {
  for (const name of toRemove(logs)) await rm(join(directory, name), { force: true });
  for (const name of toCompress(logs)) await compress(join(directory, name));
}

const READ_NO_LINK = constants.O_RDONLY | constants.O_NOFOLLOW;
const MAKE_NO_LINK = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Complete under its name or not there at all; the plain file goes last. Follows no link, also not one that was planted after the look. */
async function compress(path: string): Promise<void> {
  const part = `${path}.part`;
  await rm(part, { force: true });
  const plain = await open(path, READ_NO_LINK);
  const packed = await open(part, MAKE_NO_LINK, 0o640).catch(async (error: unknown) => {
    await plain.close();
    throw error;
  });
  // Both streams close what they work on, whichever of them fails.
  await pipeline(plain.createReadStream(), createGzip(), packed.createWriteStream());
  await rename(part, `${path}.gz`);
  await rm(path);
}
