import { z } from 'zod';
import type { Finding } from '../contract/finding.ts';
import { askCeph, parseAnswer } from './ceph.ts';
import { runProgram } from './command.ts';
import type { CephSession } from './session.ts';

const WITHIN_SECONDS = 15;
const IMAGES_LOOKED_AT = 100;
const AT_ONCE = 4;

/** Runs a program of the image that asks the cluster something, bounded in time. */
async function ask<T>(session: CephSession, [program = '', ...args]: string[], schema: z.ZodType<T>): Promise<T> {
  const title = `${program} ${args.slice(0, 2).join(' ')}`;
  const { stdout } = await runProgram({
    program,
    args: [...session.connection, ...args],
    title,
    timeoutSeconds: WITHIN_SECONDS,
    ...(session.signal === undefined ? {} : { signal: session.signal }),
  });
  return parseAnswer(title, stdout, schema);
}

export const listImages = (session: CephSession, pool: string): Promise<string[]> =>
  ask(session, ['rbd', 'ls', '--pool', pool, '--format', 'json'], z.array(z.string()));

export const countBuckets = async (session: CephSession): Promise<number> =>
  (await ask(session, ['radosgw-admin', 'bucket', 'list'], z.array(z.unknown()))).length;

const watchersSchema = z.object({ watchers: z.array(z.object({ address: z.string() })).default([]) });

/** Images that somebody has open now; looks at a hundred images at most and says so. */
export async function findWatchers(
  session: CephSession,
  images: { pool: string; image: string }[],
): Promise<Finding[]> {
  const looked = images.slice(0, IMAGES_LOOKED_AT);
  const found: Finding[] = [];
  for (let start = 0; start < looked.length; start += AT_ONCE) {
    const answers = looked.slice(start, start + AT_ONCE).map(async ({ pool, image }) => {
      const { watchers } = await ask(
        session,
        ['rbd', 'status', `${pool}/${image}`, '--format', 'json'],
        watchersSchema,
      );
      if (watchers.length === 0) return [];
      const who = watchers.slice(0, 3).map(({ address }) => address.split('/')[0]);
      return [inUse(`The image ${pool}/${image} is open at ${who.join(', ')}.`, `rbd:${pool}/${image}`)];
    });
    found.push(...(await Promise.all(answers)).flat());
  }
  if (images.length > looked.length)
    found.push(inUse(`${images.length - looked.length} more images were not looked at for watchers.`, 'rbd'));
  return found;
}

const fsDumpSchema = z.object({
  filesystems: z.array(z.object({ mdsmap: z.object({ fs_name: z.string(), up: z.record(z.string(), z.number()) }) })),
});

export async function readFileSystems(session: CephSession): Promise<{ name: string; served: boolean }[]> {
  const { filesystems } = await askCeph(session, ['fs', 'dump'], fsDumpSchema);
  return filesystems.map(({ mdsmap }) => ({ name: mdsmap.fs_name, served: Object.keys(mdsmap.up).length > 0 }));
}

const sessionsSchema = z.array(
  z.object({ client_metadata: z.object({ hostname: z.string().default('unknown host') }).optional() }),
);

/** Clients that have the file system mounted now. */
export async function findMounts(session: CephSession, fileSystem: string): Promise<Finding[]> {
  const command = ['tell', `mds.${fileSystem}:0`, 'session', 'ls'];
  const sessions = await askCeph(session, command, sessionsSchema, { timeoutSeconds: WITHIN_SECONDS });
  if (sessions.length === 0) return [];
  const hosts = sessions.slice(0, 3).map(({ client_metadata: client }) => client?.hostname ?? 'unknown host');
  const told = `${sessions.length} clients have the file system ${fileSystem} mounted, among them ${hosts.join(', ')}.`;
  return [inUse(told, `cephfs:${fileSystem}`)];
}

const inUse = (because: string, target: string): Finding => ({
  code: 'CLUSTER_IN_USE',
  severity: 'blocking',
  because,
  remedy: 'Unmount or stop the client, or waive CLUSTER_IN_USE.',
  target,
});
