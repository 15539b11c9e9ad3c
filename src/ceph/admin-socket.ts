import { readdir, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { askDaemon } from './ask-daemon.ts';

const ANSWERS_WITHIN_MILLISECONDS = 2000;

export interface AdminSocket {
  path: string;
  /** Name of the daemon, `ceph-mon.a`. */
  daemon: string;
  /** Files stay behind when a daemon ends, so only a connection tells. */
  alive: boolean;
}

export async function readAdminSockets(directory: string): Promise<AdminSocket[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const sockets = names.filter((name) => name.endsWith('.asok')).sort();
  return Promise.all(
    sockets.map(async (name) => {
      const path = join(directory, name);
      return { path, daemon: name.slice(0, -'.asok'.length), alive: (await isSocket(path)) && (await listens(path)) };
    }),
  );
}

const isSocket = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isSocket() ?? false;

function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path, timeout: ANSWERS_WITHIN_MILLISECONDS });
    const answer = (alive: boolean): void => {
      socket.destroy();
      resolve(alive);
    };
    socket.once('connect', () => answer(true));
    // A full queue of connections is a daemon that hangs, not one that has ended.
    socket.once('timeout', () => answer(true));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      answer(!['ECONNREFUSED', 'ENOENT'].includes(error.code ?? '')),
    );
  });
}

/** The cluster of the daemon behind a socket; `null` where it does not answer. */
export async function readSocketFsid({ path }: AdminSocket): Promise<string | null> {
  const answer = z.object({ fsid: z.string() }).safeParse(await askDaemon(path, { prefix: 'config get', var: 'fsid' }));
  return answer.success ? answer.data.fsid : null;
}

/** State of an OSD by its own word: `active` where it has joined the map. `undefined` where it does not answer. */
export async function readOsdState(sockets: string, osdId: number): Promise<string | undefined> {
  const path = join(sockets, `ceph-osd.${osdId}.asok`);
  const answer = z.object({ state: z.string() }).safeParse(await askDaemon(path, { prefix: 'status' }));
  return answer.success ? answer.data.state : undefined;
}
