import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheEntry, inScratch } from '../cache.ts';
import { withLabLock } from '../lock.ts';
import { labPaths } from '../paths.ts';
import { timed } from '../progress.ts';
import { ensureBaseImage } from './base.ts';
import { buildah } from './buildah.ts';
import { stageCompileCache } from './compile-cache.ts';
import { dropFiles, readImageFiles, withLastLayer, writeImageFiles } from './image-files.ts';
import { importIntoNodes } from './load.ts';
import { projectRoot, runtimeKey, sourceKey, stageRuntime, stageSources } from './project-files.ts';
import { addToStore, removeFromStore, storedImages } from './store.ts';
import { stageWorkflowBundle } from './workflow-bundle.ts';

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
  await cacheEntry(folder, (directory) => buildTemplate(recipe, directory));
  const template = await readImageFiles(repository, join(folder, 'template'));
  await inScratch(async (scratch) => {
    await stageSources(join(scratch, 'app'));
    await stageWorkflowBundle(join(scratch, 'app'));
    await stageCompileCache(join(scratch, 'app'));
    const files = await withLastLayer(template, image, join(scratch, 'app'), 'cephflow');
    // The nodes first: what the store holds, every running node holds as well.
    await importIntoNodes(files);
    await addToStore(files, image);
    await dropFiles(files, template);
  });
  await dropOtherRuntimes(runtime);
}

/** The image as its Dockerfile says, once for each set of dependencies. Later only its last layer, the sources, is replaced. */
async function buildTemplate(recipe: string, directory: string): Promise<void> {
  const context = join(directory, 'context');
  await stageRuntime(join(context, 'runtime'));
  await stageSources(join(context, 'app'));
  const base = await ensureBaseImage('trixie');
  await buildah(['bud', '--build-arg', `BASE=${base}`, '-t', repository, '-f', recipe, context]);
  await writeImageFiles(repository, join(directory, 'template'));
  await buildah(['rmi', repository]);
  await buildah(['rmi', '--prune']);
  await rm(context, { recursive: true });
}

/**
 * Drops all but the newest of the project's images when they have become many. Only before a lab is made: while one
 * exists, a node that is started again must find the images that its pods run.
 */
export async function dropOldProjectImages(): Promise<void> {
  const found = Object.keys(await storedImages()).filter((name) => name.startsWith(`${repository}:`));
  if (found.length > 5) await removeFromStore(found.slice(0, -1));
}

async function dropOtherRuntimes(runtime: string): Promise<void> {
  const root = join(labPaths().cache, 'project');
  for (const name of await readdir(root)) {
    if (name !== runtime) await rm(join(root, name), { recursive: true, force: true });
  }
}
