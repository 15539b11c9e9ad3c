import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheEntry } from '../cache.ts';
import { withLabLock } from '../lock.ts';
import { labPaths } from '../paths.ts';
import { timed } from '../progress.ts';
import { ensureBaseImage } from './base.ts';
import { buildah } from './buildah.ts';
import { writeImageFiles } from './layout.ts';
import { importIntoNodes } from './load.ts';
import { projectRoot, runtimeKey, sourceKey, stageRuntime, stageSources } from './project-files.ts';
import { addToStore, storedImages } from './store.ts';

const repository = 'localhost/cephflow';

/**
 * Builds the project's own image from this checkout and loads it into every node. Returns its name,
 * `localhost/cephflow:<hash of its content>`. Idempotent: without a change it only computes the hash.
 */
export async function buildProjectImage(): Promise<string> {
  const recipe = join(projectRoot, 'deploy/images/cephflow.Dockerfile');
  const runtime = await runtimeKey(recipe);
  const image = `${repository}:${runtime.slice(0, 6)}${await sourceKey()}`;
  if ((await storedImages())[image] !== undefined) return image;
  return withLabLock(async () => {
    await timed({ what: `Image ${image}`, usually: '3 s, 30 s after a change of dependencies' }, () =>
      buildAndLoad(image, recipe, runtime),
    );
    return image;
  });
}

async function buildAndLoad(image: string, recipe: string, runtime: string): Promise<void> {
  const folder = join(labPaths().cache, 'project', runtime);
  const context = await cacheEntry(folder, (directory) => stageRuntime(join(directory, 'runtime')));
  await stageSources(join(context, 'app'));
  const base = await ensureBaseImage('trixie');
  const args = ['--layers', '--build-arg', `BASE=${base}`, '--ignorefile', '/dev/null', '-t', image, '-f', recipe];
  await buildah(['bud', ...args, context]);
  await mkdir(join(context, 'image'), { recursive: true });
  const files = await writeImageFiles(image, join(context, 'image'));
  const old = await olderThan(image);
  // The nodes first: what the store holds, every running node holds as well.
  await importIntoNodes(files);
  await addToStore(files, image, old);
  for (const name of old) await buildah(['rmi', name]).catch(() => undefined);
  await dropOtherRuntimes(runtime);
}

async function olderThan(image: string): Promise<string[]> {
  const stored = Object.keys(await storedImages());
  return stored.filter((name) => name.startsWith(`${repository}:`) && name !== image);
}

async function dropOtherRuntimes(runtime: string): Promise<void> {
  const root = join(labPaths().cache, 'project');
  for (const name of await readdir(root)) {
    if (name !== runtime) await rm(join(root, name), { recursive: true, force: true });
  }
}
