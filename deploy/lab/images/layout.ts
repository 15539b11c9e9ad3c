import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { inScratch } from '../cache.ts';
import { run } from '../run.ts';
import { buildah } from './buildah.ts';

/** An image as files: a folder in the layout of the Open Container Initiative. */
export type ImageFiles = { name: string; folder: string; manifest: Descriptor; blobs: string[] };

type Descriptor = { mediaType: string; digest: string; size: number };

/**
 * Writes an image of buildah's store as files, layers uncompressed: compressing takes longer than anything else here.
 * Layers that the folder holds already are not written again.
 */
export async function writeImageFiles(name: string, folder: string): Promise<ImageFiles> {
  const tag = name.replaceAll(/[^a-z0-9.]/g, '-');
  await buildah(['push', '--quiet', '--disable-compression', name, `oci:${folder}:${tag}`]);
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as {
    manifests: (Descriptor & { annotations?: Record<string, string> })[];
  };
  const found = index.manifests.findLast((one) => one.annotations?.['org.opencontainers.image.ref.name'] === tag);
  if (found === undefined) throw new Error(`buildah wrote ${name} to ${folder}, but its index does not list it.`);
  const { mediaType, digest, size } = found;
  const content = JSON.parse(await readFile(blobPath(folder, digest), 'utf8')) as {
    config: Descriptor;
    layers: Descriptor[];
  };
  const blobs = [digest, content.config.digest, ...content.layers.map((layer) => layer.digest)];
  return { name, folder, manifest: { mediaType, digest, size }, blobs };
}

/** Imports an image into the containerd behind a socket and unpacks it there. Only what that one lacks is sent. Idempotent. */
export async function importImage(socket: string, image: ImageFiles): Promise<void> {
  const present = new Set((await ctr(socket, ['content', 'ls', '--quiet'])).split('\n'));
  const missing = image.blobs.filter((blob) => !present.has(blob) || blob === image.manifest.digest);
  await inScratch(async (scratch) => {
    const annotations = { 'io.containerd.image.name': image.name };
    const index = { schemaVersion: 2, manifests: [{ ...image.manifest, annotations }] };
    await writeFile(join(scratch, 'index.json'), JSON.stringify(index));
    await writeFile(join(scratch, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    const members = missing.map((blob) => blobPath('.', blob));
    await execa('tar', ['--create', '-C', scratch, 'oci-layout', 'index.json', '-C', image.folder, ...members], {
      buffer: false,
    }).pipe('ctr', [
      '--address',
      socket,
      '--namespace',
      'k8s.io',
      'images',
      'import',
      '--snapshotter',
      'overlayfs',
      '-',
    ]);
  });
  const names = (await ctr(socket, ['images', 'ls', '--quiet'])).split('\n');
  if (!names.includes(image.name))
    throw new Error(`containerd at ${socket} imported ${image.name} but does not list it.`);
}

export async function removeImage(socket: string, name: string): Promise<void> {
  await ctr(socket, ['images', 'rm', '--sync', name]);
}

async function ctr(socket: string, args: string[]): Promise<string> {
  return run('ctr', ['--address', socket, '--namespace', 'k8s.io', ...args]);
}

function blobPath(folder: string, digest: string): string {
  return join(folder, 'blobs', ...digest.split(':'));
}
