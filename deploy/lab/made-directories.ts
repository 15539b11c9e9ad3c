import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { labPaths } from './paths.ts';

/**
 * Makes the directories that are missing on the machine, for mounting something over them, and remembers each before
 * it is made, so that `removeMadeDirectories` finds it whatever happens in between. Idempotent.
 */
export async function makeMountPoints(paths: string[]): Promise<void> {
  const missing = paths.flatMap(withParents).filter((path) => !existsSync(path));
  if (missing.length === 0) return;
  await remember([...(await remembered()), ...missing]);
  for (const path of missing) await mkdir(path, { recursive: true });
}

/** Removes what `makeMountPoints` made, where it is empty: what somebody else has put to use meanwhile stays. Idempotent. */
export async function removeMadeDirectories(): Promise<void> {
  for (const path of (await remembered()).toReversed()) await rmdir(path).catch(() => undefined);
  await remember([]);
}

function withParents(path: string): string[] {
  return path === '/' ? [] : [...withParents(dirname(path)), path];
}

/** In the cache, as directories are made before there is a state and after there is none. */
function listFile(): string {
  return join(labPaths().cache, 'made-directories.json');
}

async function remembered(): Promise<string[]> {
  return JSON.parse(await readFile(listFile(), 'utf8').catch(() => '[]')) as string[];
}

async function remember(paths: string[]): Promise<void> {
  await mkdir(labPaths().cache, { recursive: true });
  await writeFile(`${listFile()}.new`, JSON.stringify([...new Set(paths)]));
  await rename(`${listFile()}.new`, listFile());
}
