import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from '../run.ts';
import { buildah } from './buildah.ts';

type Descriptor = { mediaType: string; digest: string; size: number };
type Manifest = { config: Descriptor; layers: Descriptor[] };

/** An image as files of one folder, each named by its SHA-256. */
export type ImageFiles = { name: string; folder: string; manifest: Descriptor; blobs: string[] };

/** Writes an image of buildah's store as files; layers stay uncompressed, as compressing takes longer than all else here. */
export async function writeImageFiles(name: string, folder: string): Promise<ImageFiles> {
  await buildah(['push', '--quiet', '--disable-compression', '--format', 'oci', name, `dir:${folder}`]);
  return describe(name, folder, await readFile(join(folder, 'manifest.json')));
}

/** Reads what `writeImageFiles` wrote, under another name. */
export async function readImageFiles(name: string, folder: string): Promise<ImageFiles> {
  return describe(name, folder, await readFile(join(folder, 'manifest.json')));
}

/**
 * An image that has the given folder's content at `place` as its last layer, in the place of the last layer of another.
 * Its files are written beside those of the other.
 */
export async function withLastLayer(
  base: ImageFiles,
  name: string,
  content: string,
  place: string,
): Promise<ImageFiles> {
  const manifest = await readJson<Manifest>(base, base.manifest.digest);
  const config = await readJson<{ rootfs: { diff_ids: string[] } }>(base, manifest.config.digest);
  const archive = join(base.folder, 'layer.tar');
  // The same sources make the same layer, whenever and by whomever it is made.
  const stable = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
  await run('tar', ['--create', `--file=${archive}`, ...stable, '-C', content, `--transform=s,^\\.,${place},`, '.']);
  const layer = await keep(base.folder, archive, 'application/vnd.oci.image.layer.v1.tar');
  config.rootfs.diff_ids.splice(-1, 1, layer.digest);
  manifest.layers.splice(-1, 1, layer);
  manifest.config = { ...manifest.config, ...(await keepBytes(base.folder, JSON.stringify(config))) };
  return describe(name, base.folder, Buffer.from(JSON.stringify(manifest)));
}

/** The tar rule that turns this folder's names into those that an image archive has. */
export const archiveNames = '--transform=s,^[0-9a-f]*$,blobs/sha256/&,';

async function describe(name: string, folder: string, manifest: Buffer): Promise<ImageFiles> {
  const { config, layers } = JSON.parse(manifest.toString()) as Manifest;
  const kept = await keepBytes(folder, manifest.toString());
  const digests = [kept.digest, config.digest, ...layers.map((layer) => layer.digest)];
  return {
    name,
    folder,
    manifest: { mediaType: 'application/vnd.oci.image.manifest.v1+json', ...kept },
    blobs: digests,
  };
}

async function keepBytes(folder: string, content: string): Promise<{ digest: string; size: number }> {
  const hex = createHash('sha256').update(content).digest('hex');
  await writeFile(join(folder, hex), content);
  return { digest: `sha256:${hex}`, size: Buffer.byteLength(content) };
}

async function keep(folder: string, file: string, mediaType: string): Promise<Descriptor> {
  const hash = createHash('sha256');
  const stream = createReadStream(file);
  await pipeline(stream, hash);
  const hex = hash.digest('hex');
  await rename(file, join(folder, hex));
  return { mediaType, digest: `sha256:${hex}`, size: stream.bytesRead };
}

async function readJson<T>(files: ImageFiles, digest: string): Promise<T> {
  return JSON.parse(await readFile(join(files.folder, fileOf(digest)), 'utf8')) as T;
}

/** The name of a digest's file. */
export function fileOf(digest: string): string {
  return digest.replace('sha256:', '');
}

/** Removes the files of `old` that `base` does not share. */
export async function dropFiles(old: ImageFiles, base: ImageFiles): Promise<void> {
  for (const blob of old.blobs.filter((one) => !base.blobs.includes(one)))
    await rm(join(old.folder, fileOf(blob)), { force: true });
}
