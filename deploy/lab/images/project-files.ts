import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

export const projectRoot = join(import.meta.dirname, '../../..');

/** What of the checkout is in the image: nothing else may be imported by the ops worker, the agent or the command line. */
const sourceFolders = ['src', 'workflows', 'activities', 'worker'];

type Lock = { packages: Record<string, { version?: string; dev?: boolean; link?: boolean }> };

/** The folders of packages that run in production, as npm's lock names them: `node_modules/zod`. */
export function productionPackages(lock: Lock): string[] {
  return Object.entries(lock.packages)
    .filter(([folder, entry]) => folder.startsWith('node_modules/') && entry.dev !== true && entry.link !== true)
    .map(([folder]) => folder);
}

/** True for what the image does not need of a package: types, maps, and native code of other machines. */
export function isLeftOut(path: string, platform: { arch: string }): boolean {
  if (/\.(d\.[cm]?ts|map|md|flow)$/.test(path)) return true;
  if (/@temporalio\/core-bridge\/(sdk-core|src|ts|bridge-macros|scripts)(\/|$)/.test(path)) return true;
  const native = /@temporalio\/core-bridge\/releases\/([^/]+)/.exec(path)?.[1];
  const triple = `${platform.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`;
  return native !== undefined && native !== triple;
}

/** Changes when Node, a production dependency or the recipe of the image changes. */
export async function runtimeKey(recipe: string): Promise<string> {
  const hash = createHash('sha256').update(process.arch);
  for (const file of [recipe, join(import.meta.dirname, 'project-files.ts')]) hash.update(await readFile(file));
  const lock = await readLock();
  for (const folder of ['node_modules/node', ...productionPackages(lock)]) {
    hash.update(`${folder} ${lock.packages[folder]?.version ?? ''}\n`);
  }
  return hash.digest('hex').slice(0, 12);
}

/** Changes when a file of the sources changes. */
export async function sourceKey(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await sourceFiles()) hash.update(`${file}\n`).update(await readFile(join(projectRoot, file)));
  return hash.digest('hex').slice(0, 12);
}

/** Fills a folder with Node and the production packages. */
export async function stageRuntime(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const node = join(projectRoot, 'node_modules/node/bin/node');
  if (!existsSync(node))
    throw new Error(`The image needs Node from the package "node", but ${node} is missing; run npm ci.`);
  await cp(node, join(folder, 'node'), { dereference: true });
  await chmod(join(folder, 'node'), 0o755);
  for (const name of productionPackages(await readLock())) await stagePackage(name, folder);
}

/** Fills a folder with the sources. */
export async function stageSources(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const file of await sourceFiles()) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await cp(join(projectRoot, file), join(folder, file));
    await chmod(join(folder, file), 0o644);
  }
}

async function stagePackage(name: string, folder: string): Promise<void> {
  const from = join(projectRoot, name);
  // An optional package of another platform is in the lock but not on this disk.
  if (!existsSync(from)) return;
  await cp(from, join(folder, name), {
    recursive: true,
    // A nested node_modules has entries of its own in the lock.
    filter: (source) => {
      const inside = relative(from, source);
      return !inside.split('/').includes('node_modules') && !isLeftOut(join(name, inside), process);
    },
  });
}

async function sourceFiles(): Promise<string[]> {
  const listed = await Promise.all(
    sourceFolders.map(async (folder) => {
      const entries = await readdir(join(projectRoot, folder), { recursive: true, withFileTypes: true }).catch(
        () => [],
      );
      const files = entries.filter((entry) => entry.isFile());
      return files.map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)));
    }),
  );
  return ['package.json', ...listed.flat()].toSorted();
}

async function readLock(): Promise<Lock> {
  return JSON.parse(await readFile(join(projectRoot, 'package-lock.json'), 'utf8')) as Lock;
}
