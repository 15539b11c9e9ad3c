import type { BlueStoreLabel } from '../contract/disk.ts';
import { crc32c } from './crc32c.ts';

/** Size of one copy of a label on the disk. */
export const LABEL_BYTES = 4096;

const HEADER = Buffer.from('bluestore block device');
/** The text before the encoded part: the header and the OSD's uuid, a line each. */
const TEXT_BYTES = HEADER.length + 1 + 36 + 1;
const STRUCT_HEADER_BYTES = 6;
const UNDERSTOOD_VERSION = 2;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const formatUuid = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** Reads little-endian fields one after the other; leaving the block throws a RangeError. */
function fieldReader(block: Buffer, start: number) {
  let at = start;
  const number = (): number => {
    at += 4;
    return block.readUInt32LE(at - 4);
  };
  const bytes = (length: number): Buffer => {
    if (at + length > block.length) throw new RangeError('field ends outside the label');
    at += length;
    return block.subarray(at - length, at);
  };
  return { number, bytes, text: (): string => bytes(number()).toString('utf8') };
}

/** The key-value part of a label, after uuid, size, time of birth (8 bytes each) and description. The OSD's key is dropped here. */
function readMeta(block: Buffer): { uuid: string; meta: Map<string, string> } {
  const fields = fieldReader(block, TEXT_BYTES + STRUCT_HEADER_BYTES);
  const uuid = formatUuid(fields.bytes(16));
  fields.bytes(16);
  fields.text();
  const meta = new Map<string, string>();
  for (let left = block[TEXT_BYTES] === 1 ? 0 : fields.number(); left > 0; left -= 1) {
    const key = fields.text();
    const value = fields.text();
    if (key !== 'osd_key') meta.set(key, value);
  }
  return { uuid, meta };
}

function understand(block: Buffer, offsetBytes: number): BlueStoreLabel | null {
  const uuidLine = block.toString('latin1', HEADER.length + 1, TEXT_BYTES - 1);
  const compatibleVersion = block[TEXT_BYTES + 1] ?? 255;
  const encodedEnd = TEXT_BYTES + STRUCT_HEADER_BYTES + block.readUInt32LE(TEXT_BYTES + 2);
  if (!UUID.test(uuidLine) || compatibleVersion > UNDERSTOOD_VERSION) return null;
  if (crc32c(block.subarray(0, encodedEnd)) !== block.readUInt32LE(encodedEnd)) return null;
  const { uuid, meta } = readMeta(block.subarray(0, encodedEnd));
  if (uuid !== uuidLine) return null;
  const whoami = meta.get('whoami');
  const cephFsid = meta.get('ceph_fsid')?.toLowerCase() ?? null;
  const ready = meta.get('ready') === 'ready';
  return {
    offsetBytes,
    osdUuid: uuid,
    cephFsid: cephFsid && UUID.test(cephFsid) ? cephFsid : null,
    osdId: whoami !== undefined && /^\d+$/.test(whoami) ? Number(whoami) : null,
    // Releases 16 and 18 write `mkfs_done`; 20 leaves it out of the label. `ready` is the last thing mkfs writes in all of them.
    mkfsDone: ready || meta.get('mkfs_done') === 'yes',
    ready,
  };
}

/**
 * The label in one block read from a label place; `null` where there is none. A block with a label's first line that is damaged or of
 * an unknown encoding is a label of which nothing is known: it is never taken for blank.
 * Layout and checksum: bluestore_bdev_label_t, the same in all supported releases.
 */
export function parseLabel(block: Buffer, offsetBytes: number): BlueStoreLabel | null {
  if (!block.subarray(0, HEADER.length).equals(HEADER)) return null;
  const unknown = { offsetBytes, osdUuid: null, cephFsid: null, osdId: null, mkfsDone: false, ready: false };
  try {
    return understand(block, offsetBytes) ?? unknown;
  } catch (error) {
    if (error instanceof RangeError) return unknown;
    throw error;
  }
}
