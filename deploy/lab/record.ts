import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labPaths } from './paths.ts';
import { LabRefusal } from './refusal.ts';

/** A disk of a node: a loop device over a sparse file. */
export type LabDisk = { name: string; sizeBytes: number };

/** A node of the lab. The number gives its addresses and never changes. */
export type LabNode = {
  name: string;
  number: number;
  disks: LabDisk[];
  powered: 'on' | 'off';
  /** The highest number of a disk that was pulled: a new disk never takes the name of an old one. */
  lastDisk?: number;
};

/** What the lab is meant to be. What of it runs is read from the machine, never from here. */
export type LabRecord = { nodes: LabNode[] };

export function labRecordPath(): string {
  return join(labPaths().state, 'lab.json');
}

/** The record of the lab, or undefined when there is none. */
export async function readLab(): Promise<LabRecord | undefined> {
  const json = await readFile(labRecordPath(), 'utf8').catch(() => undefined);
  return json === undefined ? undefined : (JSON.parse(json) as LabRecord);
}

/** The record of the lab, for commands that make sense only when there is one. */
export async function requireLab(): Promise<LabRecord> {
  const lab = await readLab();
  if (lab === undefined) throw new LabRefusal('There is no lab on this machine; make one with: npm run lab -- up');
  return lab;
}

export async function writeLab(lab: LabRecord): Promise<void> {
  await mkdir(labPaths().state, { recursive: true });
  await writeFile(`${labRecordPath()}.new`, `${JSON.stringify(lab, undefined, 2)}\n`);
  await rename(`${labRecordPath()}.new`, labRecordPath());
}

export function nodeOf(lab: LabRecord, name: string): LabNode {
  const node = lab.nodes.find((candidate) => candidate.name === name);
  if (node === undefined) {
    throw new LabRefusal(`The lab has no node "${name}", only ${lab.nodes.map((known) => known.name).join(', ')}.`);
  }
  return node;
}

/** Where the files of a node are. Sockets and mounts of the node's own namespaces are below it too. */
export function nodeDirectory(node: string): string {
  return join(labPaths().state, node);
}

/** The node's container store. In the cache, on one file system with the store that it is linked from. */
export function nodeStore(node: string): string {
  return join(labPaths().cache, 'nodes', node);
}

export function nodeAddress(node: LabNode): string {
  return `172.30.0.${10 + node.number}`;
}

export function nodePodRange(node: LabNode): string {
  return `10.30.${node.number}.0/24`;
}

export function nodeSocket(node: string): string {
  return join(nodeDirectory(node), 'containerd.sock');
}
