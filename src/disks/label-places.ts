import { LABEL_OFFSETS_BYTES, type BlueStoreLabel } from '../contract/disk.ts';
import { LABEL_BYTES, parseLabel } from './label.ts';

/** Reads exactly that many bytes from a device, or throws. */
export type ReadBlock = (offsetBytes: number, lengthBytes: number) => Promise<Buffer>;

/** Where a device of that size can carry copies of a label. */
export const labelPlaces = (sizeBytes: number): number[] =>
  LABEL_OFFSETS_BYTES.filter((offsetBytes) => offsetBytes + LABEL_BYTES <= sizeBytes);

/** Every copy of a BlueStore label on a device, in order of offset. Releases from 20 on leave copies beyond the first. */
export async function readLabels(read: ReadBlock, sizeBytes: number): Promise<BlueStoreLabel[]> {
  const looks = labelPlaces(sizeBytes).map(async (offsetBytes) =>
    parseLabel(await read(offsetBytes, LABEL_BYTES), offsetBytes),
  );
  return (await Promise.all(looks)).filter((label) => label !== null);
}
