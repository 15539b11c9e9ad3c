import { execa } from 'execa';
import { z } from 'zod';
import type { BlueStoreLabel, Signature } from '../contract/disk.ts';
import { inherit } from './inherit.ts';
import { endsInTime, READ_SECONDS } from './silence.ts';

const LISTING = z.object({ signatures: z.array(z.object({ type: z.string(), offset: z.string() })).nullish() });

/** Every signature libblkid finds on a device, by offset. Only reads (`wipefs` erases nothing unless told to). */
export async function probeSignatures(fd: number): Promise<Signature[]> {
  const probing = execa('wipefs', ['--json', '/proc/self/fd/3'], {
    stdio: ['ignore', 'pipe', 'pipe', inherit(fd)],
    env: { LC_ALL: 'C' },
  });
  const { stdout } = await endsInTime('looking for signatures', READ_SECONDS, probing);
  const text = stdout.trim();
  const found = text === '' ? [] : (LISTING.parse(JSON.parse(text)).signatures ?? []);
  return found
    .map(({ type, offset }) => ({ type, offsetBytes: Number(offset) }))
    .sort((a, b) => a.offsetBytes - b.offsetBytes || (a.type < b.type ? -1 : 1));
}

/** Signatures without the one that libblkid reports for a BlueStore label which is known as a label already. */
export const withoutLabels = (signatures: Signature[], labels: BlueStoreLabel[]): Signature[] =>
  signatures.filter(
    ({ type, offsetBytes }) => type !== 'ceph_bluestore' || !labels.some((label) => label.offsetBytes === offsetBytes),
  );
