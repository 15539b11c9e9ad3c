import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { labPaths } from './paths.ts';
import { identityOf } from './processes.ts';
import { LabRefusal } from './refusal.ts';

/**
 * Runs `act` while no other command changes the lab. Refuses, naming the holder, when one does; a lock whose holder
 * is dead is taken over. Within one process commands may be nested.
 */
export async function withLabLock<T>(act: () => Promise<T>): Promise<T> {
  if (depth > 0) return nested(act);
  const file = lockFile();
  await mkdir(dirname(file), { recursive: true });
  await takeLock(file);
  try {
    return await nested(act);
  } finally {
    await rm(file, { force: true });
  }
}

/** One for the machine, as the lab is one for the machine; who is not root can only fill a cache. */
function lockFile(): string {
  return process.getuid?.() === 0 ? '/run/cephflow-lab.lock' : join(labPaths().cache, 'lock');
}

let depth = 0;

async function nested<T>(act: () => Promise<T>): Promise<T> {
  depth += 1;
  try {
    return await act();
  } finally {
    depth -= 1;
  }
}

async function takeLock(file: string): Promise<void> {
  const own = JSON.stringify(identityOf(process.pid));
  const handle = await open(file, 'wx').catch(() => undefined);
  if (handle !== undefined) {
    await handle.writeFile(own);
    await handle.close();
    return;
  }
  const held = await readFile(file, 'utf8').catch(() => '');
  const holder = parseHolder(held);
  if (holder !== undefined && JSON.stringify(identityOf(holder)) === held) {
    throw new LabRefusal(`The lab is being changed by another command (process ${holder}); wait until it has ended.`);
  }
  await rm(file, { force: true });
  await takeLock(file);
}

function parseHolder(held: string): number | undefined {
  try {
    const { pid } = JSON.parse(held) as { pid: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}
