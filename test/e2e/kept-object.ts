import { randomBytes } from 'node:crypto';
import { inToolbox } from '../../deploy/demo/kubectl.ts';

const POOL = 'kept';
const SIZE_BYTES = 4 * 2 ** 20;

/** Writes an object of random bytes into a pool of its own and answers what the cluster has to give back. Removed with the cluster. */
export async function writeKeptObject(cluster: string): Promise<Buffer> {
  await inToolbox(cluster, ['ceph', 'osd', 'pool', 'create', POOL, '8']);
  await inToolbox(cluster, ['ceph', 'osd', 'pool', 'application', 'enable', POOL, 'e2e']);
  const written = randomBytes(SIZE_BYTES);
  await inToolbox(cluster, ['rados', '--pool', POOL, 'put', 'object', '-'], { input: written });
  return written;
}

/** True where the cluster gives back exactly these bytes. */
export async function givesBack(cluster: string, written: Buffer): Promise<boolean> {
  const read = await inToolbox(cluster, ['rados', '--pool', POOL, 'get', 'object', '-']);
  return Buffer.compare(written, read) === 0;
}
