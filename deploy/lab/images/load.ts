import { join } from 'node:path';
import { inScratch } from '../cache.ts';
import { timed } from '../progress.ts';
import { daemonRuns } from '../processes.ts';
import { nodeSocket, readLab } from '../record.ts';
import { together } from '../together.ts';
import { buildah } from './buildah.ts';
import { buildCephImage, cephRecipeHash, type CephSuite } from './ceph.ts';
import { importImage } from './containerd.ts';
import { writeImageFiles, type ImageFiles } from './image-files.ts';
import { ensurePauseImage, pauseImage } from './pause.ts';
import { addToStore, storedImages } from './store.ts';

/** Makes the pause image present in the store. Idempotent. */
export async function storePauseImage(): Promise<void> {
  if ((await storedImages())[pauseImage] !== undefined) return;
  await timed({ what: 'Pause image' }, async () => {
    await ensurePauseImage();
    await publish(pauseImage, 'pause');
  });
}

/**
 * Makes the Ceph image of a Debian suite present in the store and in every running node, building it when it is
 * missing or its recipe changed. Idempotent; returns its name, which ends in the version that is inside.
 */
export async function ensureCephImage(suite: CephSuite): Promise<string> {
  const madeFrom = `${suite}-${await cephRecipeHash(suite)}`;
  const known = Object.entries(await storedImages()).find(([, image]) => image.madeFrom === madeFrom);
  if (known !== undefined) return known[0];
  const { image } = await buildCephImage(suite);
  await timed({ what: `Import of ${image}`, usually: '10 to 40 s' }, () => publish(image, madeFrom));
  // The store has it now; a second copy of a gigabyte is not needed.
  await buildah(['rmi', image]);
  await buildah(['rmi', '--prune']);
  return image;
}

async function publish(name: string, madeFrom: string): Promise<void> {
  await inScratch(async (scratch) => {
    const files = await writeImageFiles(name, join(scratch, 'image'));
    // The nodes first: what the store holds, every running node holds as well.
    await importIntoNodes(files);
    await addToStore(files, madeFrom);
  });
}

/** Imports an image into all running nodes side by side. */
export async function importIntoNodes(files: ImageFiles): Promise<void> {
  const nodes = (await readLab())?.nodes ?? [];
  await together(
    nodes.map(async (node) => {
      if (await daemonRuns(`${node.name}-containerd`)) await importImage(nodeSocket(node.name), files);
    }),
  );
}
