import { failure } from '../errors.ts';
import { describeFailure } from './describe-failure.ts';
import type { GuardedDisk } from './guard.ts';
import { LABEL_BYTES } from './label.ts';
import { labelPlaces } from './label-places.ts';
import { directReader } from './read-block.ts';
import { probeSignatures } from './signatures.ts';
import { DeviceSilence } from './silence.ts';
import { without, type Region } from './wipe-plan.ts';

const EDGE_BYTES = 2 ** 20;
const ALIGNMENT_BYTES = 4096;

/** Every place that must read as zeros: the first and the last MiB and every place a label can be. */
function placesToProve(sizeBytes: number): Region[] {
  const lastMebibyte = Math.max(0, Math.floor((sizeBytes - EDGE_BYTES) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES);
  return [
    { offsetBytes: 0, lengthBytes: Math.min(EDGE_BYTES, sizeBytes) },
    ...labelPlaces(sizeBytes).map((offsetBytes) => ({ offsetBytes, lengthBytes: LABEL_BYTES })),
    { offsetBytes: lastMebibyte, lengthBytes: sizeBytes - lastMebibyte },
  ];
}

const notProven = (disk: GuardedDisk, because: string, cause?: unknown): Error =>
  failure('WIPE_NOT_PROVEN', `Cannot prove that disk ${disk.id} (${disk.path}) of ${disk.node} is wiped: ${because}`, {
    cause,
  });

async function proveZero(disk: GuardedDisk, { offsetBytes, lengthBytes }: Region): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = await directReader(disk.fd)(offsetBytes, lengthBytes);
  } catch (error) {
    if (error instanceof DeviceSilence) throw error;
    throw notProven(
      disk,
      `${lengthBytes} bytes at offset ${offsetBytes} cannot be read: ${describeFailure(error)}`,
      error,
    );
  }
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first >= 0) throw notProven(disk, `data at offset ${offsetBytes + first}, where zeros are expected`);
}

/**
 * Proves by reads from the device itself that all places are zero, the anchor aside. While the anchor is there the wipe can be repeated;
 * afterwards nothing tells any more that the disk may be written to.
 */
export async function proveZeroBesides(disk: GuardedDisk, anchor: Region): Promise<void> {
  for (const place of placesToProve(disk.sizeBytes).flatMap((region) => without(region, anchor))) {
    await proveZero(disk, place);
  }
}

/**
 * Proves by reads from the device itself (past the page cache) that no label is left in any place of any release, that both ends are
 * zero, and that libblkid finds nothing. Returns the number of bytes read; everything else is `WIPE_NOT_PROVEN` with the offset.
 */
export async function proveWiped(disk: GuardedDisk): Promise<number> {
  const places = placesToProve(disk.sizeBytes);
  for (const place of places) await proveZero(disk, place);
  const [signature] = await probeSignatures(disk.fd).catch((error: unknown) => {
    if (error instanceof DeviceSilence) throw error;
    throw notProven(disk, `signatures cannot be looked for: ${describeFailure(error)}`, error);
  });
  if (signature) throw notProven(disk, `a ${signature.type} signature is at offset ${signature.offsetBytes}`);
  return places.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
}
