import { join } from 'node:path';
import { inScratch } from '../cache.ts';
import { labPaths } from '../paths.ts';
import { run } from '../run.ts';

/**
 * Runs buildah on the lab's own image store in the cache. Its mounts are made in a mount namespace that ends with it
 * and its run-time files in a scratch directory, so that a killed build leaves nothing behind on the machine.
 */
export async function buildah(args: string[]): Promise<string> {
  const root = join(labPaths().cache, 'buildah');
  return inScratch((scratch) =>
    run(
      'unshare',
      ['--mount', '--propagation', 'private', 'buildah', '--root', root, '--runroot', join(scratch, 'run')].concat(
        args,
      ),
      { env: { STORAGE_DRIVER: 'overlay', BUILDAH_ISOLATION: 'chroot', TMPDIR: scratch } },
    ),
  );
}

export async function buildahHas(image: string): Promise<boolean> {
  const listed = await buildah(['images', '--format', '{{.Name}}:{{.Tag}}']);
  return listed.split('\n').includes(image);
}
