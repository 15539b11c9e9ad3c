import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { inScratch } from '../cache.ts';
import { daemonProcsFile, killCgroup, removeCgroup } from '../cgroups.ts';
import { labPaths } from '../paths.ts';
import { cgroupLauncher } from '../processes.ts';
import { nodeStore } from '../record.ts';
import { run, succeeds } from '../run.ts';
import { until } from '../until.ts';
import { importImage, removeImage } from './containerd.ts';
import type { ImageFiles } from './image-files.ts';

/**
 * One containerd store in the cache holds every image unpacked. Each node starts with a copy of it made of hard
 * links: files of images are only ever read, so three nodes cost the time and space of one. Only the databases,
 * which are written in place, are copied. A changed store is a new one that takes the old one's place in one step.
 */
export type StoredImages = Record<string, { digest: string; madeFrom: string }>;

const recordName = 'lab-images.json';

function storeRoot(): string {
  return join(labPaths().cache, 'store');
}

function currentStore(): string {
  return join(storeRoot(), 'current');
}

/** The images in the store, and what each was made from. */
export async function storedImages(): Promise<StoredImages> {
  const json = await readFile(join(currentStore(), recordName), 'utf8').catch(() => '{}');
  return JSON.parse(json) as StoredImages;
}

/** Adds an image to the store. Idempotent; interrupted, the store is as it was. */
export async function addToStore(image: ImageFiles, madeFrom: string): Promise<void> {
  if ((await storedImages())[image.name]?.digest === image.manifest.digest) return;
  await changeStore(async (socket, images) => {
    await importImage(socket, image);
    images[image.name] = { digest: image.manifest.digest, madeFrom };
  });
}

/** Removes images from the store. Only for a time without nodes: a node that starts gets no other images than these. */
export async function removeFromStore(names: string[]): Promise<void> {
  if (names.length === 0) return;
  await changeStore(async (socket, images) => {
    for (const name of names) {
      await removeImage(socket, name);
      delete images[name];
    }
  });
}

async function changeStore(change: (socket: string, images: StoredImages) => Promise<void>): Promise<void> {
  await inScratch(async (scratch) => {
    const images = await storedImages();
    const next = join(scratch, 'store');
    if (existsSync(currentStore())) await linkStore(`${currentStore()}/.`, next);
    await withContainerd(next, scratch, (socket) => change(socket, images));
    await writeFile(join(next, recordName), JSON.stringify(images));
    await replaceStore(next);
  });
}

/** Gives a node a fresh copy of the store. */
export async function fillNodeStore(node: string): Promise<void> {
  const target = nodeStore(node);
  await rm(target, { recursive: true, force: true });
  await inScratch(async (scratch) => {
    await linkStore(`${currentStore()}/.`, join(scratch, 'node'));
    await mkdir(join(target, '..'), { recursive: true });
    await rename(join(scratch, 'node'), target);
  });
}

async function linkStore(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o711 });
  await run('cp', ['--archive', '--link', from, to]);
  for (const part of await readdir(to, { withFileTypes: true })) {
    if (!part.isDirectory()) continue;
    const files = await readdir(join(to, part.name));
    for (const file of files.filter((name) => name.endsWith('.db'))) {
      await run('cp', ['--archive', '--remove-destination', join(from, part.name, file), join(to, part.name, file)]);
    }
  }
  await rm(join(to, recordName), { force: true });
}

async function replaceStore(next: string): Promise<void> {
  const name = `store-${Date.now()}`;
  await mkdir(storeRoot(), { recursive: true });
  await rename(next, join(storeRoot(), name));
  await rm(join(storeRoot(), 'next'), { force: true });
  await symlink(name, join(storeRoot(), 'next'));
  await rename(join(storeRoot(), 'next'), currentStore());
  const old = (await readdir(storeRoot())).filter((entry) => entry !== name && entry !== 'current');
  for (const entry of old) await rm(join(storeRoot(), entry), { recursive: true, force: true });
}

/** Runs a containerd on a store, with its mounts in a namespace that ends with it, and stops it cleanly. */
async function withContainerd(root: string, scratch: string, act: (socket: string) => Promise<void>): Promise<void> {
  const owner = 'store';
  await killCgroup(owner);
  const socket = join(scratch, 'c.sock');
  const config = join(scratch, 'containerd.toml');
  await writeFile(config, storeConfig(root, scratch, socket));
  const isolated = ['unshare', '--mount', '--propagation', 'private', 'containerd', '--config', config];
  const procs = await daemonProcsFile(owner);
  const server = execa(cgroupLauncher, [procs, join(scratch, 'log'), ...isolated], { stdio: 'ignore', reject: false });
  try {
    await until('containerd of the image store answers', 30, () => succeeds('ctr', ['--address', socket, 'version']));
    await act(socket);
  } finally {
    server.kill('SIGTERM');
    await server;
    await killCgroup(owner);
    await removeCgroup(owner);
  }
}

function storeConfig(root: string, scratch: string, socket: string): string {
  return [
    'version = 2',
    `root = "${root}"`,
    `state = "${join(scratch, 'state')}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"]',
    '[grpc]',
    `  address = "${socket}"`,
    '[plugins."io.containerd.internal.v1.opt"]',
    `  path = "${join(scratch, 'opt')}"`,
    '',
  ].join('\n');
}
