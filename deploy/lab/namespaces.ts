import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Options } from 'execa';
import { labPaths } from './paths.ts';
import { run } from './run.ts';

const kinds = ['net', 'mnt', 'uts'] as const;

/** The file that keeps one namespace of a node alive, whether a process is in it or not. */
export function pinOf(node: string, kind: (typeof kinds)[number]): string {
  return join(labPaths().pins, `${node}.${kind}`);
}

/** The arguments that make nsenter enter a node. Not "ip netns exec", which would hide the control groups under a fresh /sys. */
export function enterNode(node: string): string[] {
  return [`--net=${pinOf(node, 'net')}`, `--mount=${pinOf(node, 'mnt')}`, `--uts=${pinOf(node, 'uts')}`];
}

/** Runs a program inside a node's namespaces. */
export async function inNode(node: string, command: string[], options: Options = {}): Promise<string> {
  return run('nsenter', [...enterNode(node), '--', ...command], options);
}

/** Runs a program with a node's network and the machine's file systems. */
export async function inNodeNetwork(node: string, command: string[], options: Options = {}): Promise<string> {
  return run('nsenter', [`--net=${pinOf(node, 'net')}`, '--', ...command], options);
}

/** True when all namespaces of a node are really pinned, which a leftover file from before a reboot is not. */
export async function isPinned(node: string): Promise<boolean> {
  const mounted = await mountPoints();
  return kinds.every((kind) => mounted.includes(pinOf(node, kind)));
}

/** Makes the namespaces of a node. The caller has made sure that there are none, and a place for the pins. */
export async function pinNamespaces(node: string): Promise<void> {
  for (const kind of kinds) await writeFile(pinOf(node, kind), '');
  const pins = [`--net=${pinOf(node, 'net')}`, `--mount=${pinOf(node, 'mnt')}`, `--uts=${pinOf(node, 'uts')}`];
  await run('unshare', [...pins, '--propagation', 'slave', 'true']);
  // Copies of other nodes' pins would keep their namespaces alive after they are stopped.
  await inNode(node, ['umount', '--recursive', '--lazy', labPaths().pins]);
  await inNode(node, ['mount', '--make-rshared', '/']);
  await inNode(node, ['hostname', node]);
}

/** Lets go of a node's namespaces; with the last process in them they and all their mounts end. Idempotent. */
export async function unpinNamespaces(node: string): Promise<void> {
  const mounted = await mountPoints();
  for (const kind of kinds) {
    const pin = pinOf(node, kind);
    if (mounted.includes(pin)) await run('umount', ['--lazy', pin]);
    await rm(pin, { force: true });
  }
}

/**
 * Makes the place for the pins. Idempotent, but not for two at once. A mount namespace can be pinned only on a mount
 * that propagates nowhere, hence the small file system of its own.
 */
export async function mountPins(): Promise<void> {
  const { pins } = labPaths();
  if ((await mountPoints()).includes(pins)) return;
  await mkdir(pins, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', 'mode=700,size=1m', 'cephflow-lab', pins]);
  await run('mount', ['--make-private', pins]);
}

/** Unmounts and removes the place of the pins with every pin in it. Idempotent. */
export async function removePins(): Promise<void> {
  const { pins } = labPaths();
  const below = (await mountPoints()).filter((point) => point === pins || point.startsWith(`${pins}/`));
  for (const point of below.toReversed()) await run('umount', ['--lazy', point]);
  if (existsSync(pins)) await rm(pins, { recursive: true });
}

/** Every mount point of the machine's own mount namespace, in the order in which they were mounted. */
export async function mountPoints(): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '));
}
