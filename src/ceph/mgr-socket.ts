import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { askDaemon } from './ask-daemon.ts';

/** A mgr of this host that answers its admin socket. */
export interface LocalMgr {
  /** Id of the mgr (`a`). */
  mgr: string;
  /** Its admin socket. */
  path: string;
  role: 'active' | 'standby';
  /** Epoch of the mgr map that it acts on; `null` for a standby. */
  epoch: number | null;
}

const SOCKET = /^ceph-mgr\.(.+)\.asok$/;

/** What each mgr of this host is by its own word. One that does not answer, or is between two roles, is left out. */
export async function readLocalMgrs(sockets: string): Promise<LocalMgr[]> {
  const names: string[] = await readdir(sockets).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const mgrs = names.toSorted().flatMap((name) => {
    const mgr = SOCKET.exec(name)?.[1];
    return mgr === undefined ? [] : [{ mgr, path: join(sockets, name) }];
  });
  const roles = await Promise.all(mgrs.map(async (one) => ({ ...one, ...(await readRole(one.path)) })));
  return roles.flatMap(({ role, epoch = null, ...one }) => (role === undefined ? [] : [{ ...one, role, epoch }]));
}

const helpSchema = z.record(z.string(), z.string());
const statusSchema = z.object({ mgrmap_epoch: z.int(), initialized: z.literal(true) });

/**
 * A mgr knows the command `mgr_status` from the moment when it serves as the active one; one that stops to be it starts anew as a
 * process. A standby is not asked for it, because it would write a line into its log at every look. Source: src/mgr/Mgr.cc of Ceph,
 * the same since release 15.
 */
async function readRole(path: string): Promise<Partial<Pick<LocalMgr, 'role' | 'epoch'>>> {
  const help = helpSchema.safeParse(await askDaemon(path, { prefix: 'help' }));
  if (!help.success) return {};
  if (help.data['mgr_status'] === undefined) return { role: 'standby' };
  const status = statusSchema.safeParse(await askDaemon(path, { prefix: 'mgr_status' }));
  return status.success ? { role: 'active', epoch: status.data.mgrmap_epoch } : {};
}
