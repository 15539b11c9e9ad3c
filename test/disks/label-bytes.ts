import { crc32c } from '../../src/disks/crc32c.ts';

/** What a hand-made label says; encoded as BlueStore does. */
export interface LabelContent {
  osdUuid: string;
  meta?: Record<string, string>;
  sizeBytes?: number;
  description?: string;
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const text = (value: string): Buffer => Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)]);

const uint64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** One copy of a label, 4 KiB. */
export function labelBytes({
  osdUuid,
  meta = {},
  sizeBytes = 6 * 2 ** 30,
  description = 'main',
}: LabelContent): Buffer {
  const entries = Object.entries(meta).flatMap(([key, value]) => [text(key), text(value)]);
  const body = Buffer.concat([
    Buffer.from(osdUuid.replaceAll('-', ''), 'hex'),
    uint64(sizeBytes),
    uint32(1_700_000_000),
    uint32(5),
    text(description),
    uint32(Object.keys(meta).length),
    ...entries,
  ]);
  const head = Buffer.from(`bluestore block device\n${osdUuid}\n`);
  const encoded = Buffer.concat([head, Buffer.from([2, 1]), uint32(body.length), body]);
  return Buffer.concat([encoded, uint32(crc32c(encoded))], 4096);
}

export const CEPH_FSID = '11111111-1111-4111-8111-111111111111';
export const FOREIGN_FSID = '99999999-9999-4999-8999-999999999999';
export const OSD_UUID = '22222222-2222-4222-8222-222222222222';

/** Label of an OSD whose mkfs was completed. */
export const completeLabel = (cephFsid: string, osdUuid: string): Buffer =>
  labelBytes({
    osdUuid,
    meta: { ceph_fsid: cephFsid, whoami: '3', osd_key: 'AQsecretsecret', mkfs_done: 'yes', ready: 'ready' },
  });
