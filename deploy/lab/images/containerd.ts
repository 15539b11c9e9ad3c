import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { inScratch } from '../cache.ts';
import { run } from '../run.ts';
import { archiveNames, fileOf, type ImageFiles } from './image-files.ts';

/** Imports an image into the containerd behind a socket and unpacks it there. Only what that one lacks is sent. Idempotent. */
export async function importImage(socket: string, image: ImageFiles): Promise<void> {
  const present = new Set((await ctr(socket, ['content', 'ls', '--quiet'])).split('\n'));
  const missing = image.blobs.filter((blob) => !present.has(blob) || blob === image.manifest.digest);
  // What was present a moment ago may have been collected as garbage since: then everything is sent.
  await send(socket, image, missing).catch(() => send(socket, image, image.blobs));
  const names = (await ctr(socket, ['images', 'ls', '--quiet'])).split('\n');
  if (!names.includes(image.name))
    throw new Error(`containerd at ${socket} imported ${image.name} but does not list it.`);
}

export async function removeImage(socket: string, name: string): Promise<void> {
  await ctr(socket, ['images', 'rm', '--sync', name]);
}

/** Sends an archive in the layout of the Open Container Initiative, which names the image in full. */
async function send(socket: string, image: ImageFiles, blobs: string[]): Promise<void> {
  await inScratch(async (scratch) => {
    const annotations = { 'io.containerd.image.name': image.name };
    const index = { schemaVersion: 2, manifests: [{ ...image.manifest, annotations }] };
    await writeFile(join(scratch, 'index.json'), JSON.stringify(index));
    await writeFile(join(scratch, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    const members = ['-C', scratch, 'oci-layout', 'index.json', '-C', image.folder, ...blobs.map(fileOf)];
    await execa('tar', ['--create', archiveNames, ...members], { buffer: false }).pipe('ctr', [
      ...['--address', socket, '--namespace', 'k8s.io'],
      ...['images', 'import', '--snapshotter', 'overlayfs', '-'],
    ]);
  });
}

async function ctr(socket: string, args: string[]): Promise<string> {
  return run('ctr', ['--address', socket, '--namespace', 'k8s.io', ...args]);
}
