import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/disks/crc32c.ts';
import { parseLabel } from '../../src/disks/label.ts';
import { readLabels } from '../../src/disks/label-places.ts';
import { CEPH_FSID, completeLabel, labelBytes, OSD_UUID } from './label-bytes.ts';

const GIBIBYTE = 2 ** 30;

describe('BlueStore labels', () => {
  it('are checked with the CRC-32C that Ceph uses', () => {
    // Standard check value e3069283, not inverted at the end.
    expect(crc32c(Buffer.from('123456789'))).toBe((0xe3069283 ^ 0xffffffff) >>> 0);
  });

  it('tell OSD, cluster and state, and never the key', () => {
    const label = parseLabel(completeLabel(CEPH_FSID, OSD_UUID), GIBIBYTE);
    expect(label).toEqual({
      offsetBytes: GIBIBYTE,
      osdUuid: OSD_UUID,
      cephFsid: CEPH_FSID,
      osdId: 3,
      mkfsDone: true,
      ready: true,
    });
    expect(JSON.stringify(label)).not.toContain('secret');
  });

  it('as Ceph 20.2.4 writes them are understood, and complete although it leaves mkfs_done out', async () => {
    const text = await readFile(join(import.meta.dirname, 'fixtures', 'label-20.2.4.base64'), 'utf8');
    const block = Buffer.concat([Buffer.from(text, 'base64')], 4096);
    expect(block.includes('mkfs_done')).toBe(false);
    expect(parseLabel(block, 0)).toEqual({
      offsetBytes: 0,
      osdUuid: OSD_UUID,
      cephFsid: CEPH_FSID,
      osdId: 3,
      mkfsDone: true,
      ready: true,
    });
  });

  it('of an interrupted mkfs tell the OSD without a cluster', () => {
    const label = parseLabel(labelBytes({ osdUuid: OSD_UUID }), 0);
    expect(label).toMatchObject({ osdUuid: OSD_UUID, cephFsid: null, osdId: null, mkfsDone: false, ready: false });
  });

  const damages: [string, (block: Buffer) => void][] = [
    ['a flipped bit', (block) => block.writeUInt8((block[100] ?? 0) ^ 1, 100)],
    ['an unknown version', (block) => block.writeUInt8(9, 61)],
    ['a length beyond the block', (block) => block.writeUInt32LE(0xffffff, 62)],
    ['a header alone', (block) => void block.fill(0, 23)],
    ['a broken uuid line', (block) => void block.write('x', 30)],
  ];
  it.each(damages)('with %s are labels of which nothing is known, never blank', (_, damage) => {
    const block = completeLabel(CEPH_FSID, OSD_UUID);
    damage(block);
    expect(parseLabel(block, 0)).toEqual({
      offsetBytes: 0,
      osdUuid: null,
      cephFsid: null,
      osdId: null,
      mkfsDone: false,
      ready: false,
    });
  });

  it('are not seen where there are none', () => {
    expect(parseLabel(Buffer.alloc(4096), 0)).toBeNull();
    expect(parseLabel(Buffer.alloc(4096, 0xff), 0)).toBeNull();
  });

  it('are looked for in every place inside the device and in none outside', async () => {
    const asked: number[] = [];
    const read = async (offsetBytes: number): Promise<Buffer> => {
      asked.push(offsetBytes / GIBIBYTE);
      return Buffer.alloc(4096);
    };
    await readLabels(read, 100 * GIBIBYTE + 4096);
    await readLabels(read, GIBIBYTE + 4095);
    expect(asked).toEqual([0, 1, 10, 100, 0]);
  });
});
