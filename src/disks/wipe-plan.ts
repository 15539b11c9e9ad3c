import { LABEL_BYTES } from './label.ts';
import { labelPlaces } from './label-places.ts';

const MEBIBYTE = 2 ** 20;
/** BlueStore's and most other metadata at the start. */
const HEAD_BYTES = 100 * MEBIBYTE;
/** Backup partition tables and RAID superblocks at the end. */
const TAIL_BYTES = 10 * MEBIBYTE;
/** Small enough that also a device of 10 MB/s ends one within `DISCARD_SECONDS`: a piece that does not would stop every repeat, too. */
const DISCARD_PIECE_BYTES = 4 * 2 ** 30;

/** A stretch of a device. */
export interface Region {
  offsetBytes: number;
  lengthBytes: number;
}

export interface WipePlan {
  /** Discarded first, in pieces; never includes the anchor. */
  discards: Region[];
  /** Overwritten with zeros after that, in order; never includes the anchor. */
  zeros: Region[];
  /** The last thing to go. */
  anchor: Region;
}

/** `region` without `hole`. */
export function without(region: Region, hole: Region): Region[] {
  const end = region.offsetBytes + region.lengthBytes;
  const holeEnd = hole.offsetBytes + hole.lengthBytes;
  if (holeEnd <= region.offsetBytes || hole.offsetBytes >= end) return [region];
  return [
    { offsetBytes: region.offsetBytes, lengthBytes: hole.offsetBytes - region.offsetBytes },
    { offsetBytes: holeEnd, lengthBytes: end - holeEnd },
  ].filter(({ lengthBytes }) => lengthBytes > 0);
}

function pieces({ offsetBytes, lengthBytes }: Region): Region[] {
  const count = Math.ceil(lengthBytes / DISCARD_PIECE_BYTES);
  return Array.from({ length: count }, (_, index) => ({
    offsetBytes: offsetBytes + index * DISCARD_PIECE_BYTES,
    lengthBytes: Math.min(DISCARD_PIECE_BYTES, lengthBytes - index * DISCARD_PIECE_BYTES),
  }));
}

/**
 * Order of a wipe that may be killed at any moment and repeated. The first thing that tells what the disk is (a copy of the label, or the
 * signature of something else) is the anchor and goes last, so a half-wiped disk still says whose it was, and one without any is known to be
 * wiped in all other places. This also holds for disks with one copy only, wherever it is. Discards come before zeros, because what a
 * discarded block reads as is up to the device.
 * @param firstBytes offset of that first thing
 */
export function planWipe(sizeBytes: number, firstBytes: number): WipePlan {
  // A signature may lie anywhere in its block; places of labels are multiples of it.
  const anchor = { offsetBytes: Math.floor(firstBytes / LABEL_BYTES) * LABEL_BYTES, lengthBytes: LABEL_BYTES };
  const tailBytes = Math.min(TAIL_BYTES, sizeBytes);
  const all: Region[] = [
    ...labelPlaces(sizeBytes).map((offsetBytes) => ({ offsetBytes, lengthBytes: LABEL_BYTES })),
    { offsetBytes: 0, lengthBytes: Math.min(HEAD_BYTES, sizeBytes) },
    { offsetBytes: sizeBytes - tailBytes, lengthBytes: tailBytes },
  ];
  // Discards work in units of the device, hence the wide berth around the anchor.
  const berth = { offsetBytes: anchor.offsetBytes, lengthBytes: MEBIBYTE };
  return {
    discards: without({ offsetBytes: 0, lengthBytes: sizeBytes }, berth).flatMap(pieces),
    zeros: all.flatMap((region) => without(region, anchor)),
    anchor,
  };
}
