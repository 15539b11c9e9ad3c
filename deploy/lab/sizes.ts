import { LabRefusal } from './refusal.ts';

const units: Record<string, number> = { MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

/** Size of a disk for which nobody asks for another one. */
export const DISK_BYTES = 6 * 1024 ** 3;

/** Reads "6GiB" as bytes. Only binary units: a disk of "6G" would be another size for everyone who reads it. */
export function parseSizeBytes(text: string): number {
  const match = /^(\d+)(MiB|GiB|TiB)$/.exec(text);
  const unit = units[match?.[2] ?? ''];
  if (match === null || unit === undefined)
    throw new LabRefusal(`"${text}" is not a size; write it as 6GiB, 512MiB or 1TiB.`);
  return Number(match[1]) * unit;
}

/** Reads a whole number between two bounds, for the named thing. */
export function parseCount(what: string, text: string, bounds: { least: number; most: number }): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= bounds.least && number <= bounds.most) return number;
  throw new LabRefusal(`"${text}" is not a number of ${what}; it must be between ${bounds.least} and ${bounds.most}.`);
}
