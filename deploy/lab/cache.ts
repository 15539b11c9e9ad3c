import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { labPaths } from './paths.ts';

/**
 * Gives a path in the cache, made by `make` when it is missing. `make` fills an empty directory under a temporary
 * name, which gets the final name in one rename only after `make` returned: an interruption leaves the entry
 * missing, never half made. Idempotent.
 */
export async function cacheEntry(path: string, make: (directory: string) => Promise<void>): Promise<string> {
  if (existsSync(path)) return path;
  await inScratch(async (scratch) => {
    await make(scratch);
    await mkdir(dirname(path), { recursive: true });
    await rename(scratch, path);
  });
  return path;
}

/** Runs `act` with an empty directory of the cache's file system, which is gone afterwards (unless it was renamed). */
export async function inScratch<T>(act: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = join(scratchRoot(), `${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(scratch, { recursive: true });
  try {
    return await act(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Removes what interrupted runs left. Only safe while no other lab command runs: the caller holds the lab's lock. */
export async function clearScratch(): Promise<void> {
  const names = await readdir(scratchRoot()).catch(() => []);
  for (const name of names) await rm(join(scratchRoot(), name), { recursive: true, force: true });
}

function scratchRoot(): string {
  return join(labPaths().cache, 'scratch');
}
