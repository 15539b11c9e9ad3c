import { join } from 'node:path';
import { cp } from 'node:fs/promises';
import { inScratch } from '../cache.ts';
import { buildah, buildahHas } from './buildah.ts';
import { run } from '../run.ts';

/** What holds a pod's namespaces: an init that reaps orphans and otherwise waits. */
export const pauseImage = 'localhost/pause:1';

/** Builds the pause image from the machine's catatonit. Idempotent. */
export async function ensurePauseImage(): Promise<void> {
  if (await buildahHas(pauseImage)) return;
  const recipe = join(import.meta.dirname, '../../images/pause.Dockerfile');
  const catatonit = (await run('which', ['catatonit'])).trim();
  await inScratch(async (scratch) => {
    await cp(catatonit, join(scratch, 'catatonit'));
    await buildah(['bud', '-t', pauseImage, '-f', recipe, scratch]);
  });
}
