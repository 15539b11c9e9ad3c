import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runBuild } from '../build-process.ts';
import { inScratch } from '../cache.ts';
import { makeMountPoints } from '../made-directories.ts';
import { labPaths } from '../paths.ts';

/**
 * Runs buildah on the lab's own image store in the cache. Its mounts are made in a mount namespace that ends with it,
 * and all that it writes goes to the cache: a killed build leaves nothing on the machine.
 */
export async function buildah(args: string[]): Promise<string> {
  await makeMountPoints(['/var/lib/containers', '/run/containers', '/etc/cni']);
  const store = join(labPaths().cache, 'buildah');
  return inScratch(async (scratch) => {
    for (const place of ['lib', 'run', 'cni']) await mkdir(join(scratch, place));
    const isolated = ['--mount', '--propagation', 'private', join(import.meta.dirname, 'isolated.sh'), scratch];
    return runBuild(
      'unshare',
      [...isolated, 'buildah', '--root', store, '--runroot', join(scratch, 'runroot'), ...args],
      {
        env: { STORAGE_DRIVER: 'overlay', BUILDAH_ISOLATION: 'chroot', TMPDIR: scratch },
      },
    );
  });
}

export async function buildahHas(image: string): Promise<boolean> {
  const listed = await buildah(['images', '--format', '{{.Name}}:{{.Tag}}']);
  return listed.split('\n').includes(image);
}
