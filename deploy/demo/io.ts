import { randomBytes } from 'node:crypto';
import { CommandFailed, inToolbox, tellCeph } from './kubectl.ts';
import { removePools } from './pools.ts';

const MEBIBYTE = 2 ** 20;
const OBJECT_POOL = 'demo-objects';
const IMAGE_POOL = 'demo-images';
const POOLS = [OBJECT_POOL, IMAGE_POOL];

export interface IoReport {
  /** What was done, a sentence each. */
  lines: string[];
}

/**
 * Uses the cluster as its users will: objects through RADOS, block images through librbd, written, read back and compared byte for
 * byte. Its pools are made for it and taken away again, also those that an interrupted run left.
 */
export async function proveIo(cluster: string): Promise<IoReport> {
  await removePools(cluster, POOLS);
  try {
    return { lines: [await proveRados(cluster), await proveRbd(cluster), await benchRbd(cluster)] };
  } finally {
    await removePools(cluster, POOLS);
  }
}

async function proveRados(cluster: string): Promise<string> {
  await tellCeph(cluster, 'osd', 'pool', 'create', OBJECT_POOL, '8');
  await tellCeph(cluster, 'osd', 'pool', 'application', 'enable', OBJECT_POOL, 'demo');
  const written = randomBytes(4 * MEBIBYTE);
  await inToolbox(cluster, ['rados', '--pool', OBJECT_POOL, 'put', 'object', '-'], { input: written });
  const read = await inToolbox(cluster, ['rados', '--pool', OBJECT_POOL, 'get', 'object', '-']);
  requireSame('RADOS object demo-objects/object', written, read);
  return 'RADOS: an object of 4 MiB was written, read back and is the same.';
}

async function proveRbd(cluster: string): Promise<string> {
  await tellCeph(cluster, 'osd', 'pool', 'create', IMAGE_POOL, '8');
  await inToolbox(cluster, ['rbd', 'pool', 'init', IMAGE_POOL]);
  const written = randomBytes(16 * MEBIBYTE);
  await inToolbox(cluster, ['rbd', 'import', '--no-progress', '-', `${IMAGE_POOL}/copy`], { input: written });
  const read = await inToolbox(cluster, ['rbd', 'export', '--no-progress', `${IMAGE_POOL}/copy`, '-']);
  requireSame('RBD image demo-images/copy', written, read);
  return 'RBD: an image of 16 MiB was imported and exported through librbd and is the same.';
}

async function benchRbd(cluster: string): Promise<string> {
  const image = `${IMAGE_POOL}/bench`;
  await inToolbox(cluster, ['rbd', 'create', '--size', '128M', image]);
  const bench = ['rbd', 'bench', '--io-type', 'write', '--io-size', '64K', '--io-total', '32M', image];
  const output = Buffer.from(await inToolbox(cluster, bench)).toString('utf8');
  const elapsed = output.split('\n').find((line) => line.startsWith('elapsed:'));
  if (elapsed === undefined)
    throw new CommandFailed(`rbd bench on ${image} did not tell its result: ${output.slice(-200)}`);
  return `RBD: 32 MiB in writes of 64 KiB, ${elapsed.replaceAll(/\s+/g, ' ').trim()}.`;
}

function requireSame(what: string, written: Uint8Array, read: Uint8Array): void {
  if (Buffer.compare(written, read) === 0) return;
  throw new CommandFailed(`${what} came back with other bytes: ${written.length} were written, ${read.length} read.`);
}
