import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlockDeviceType } from '../../src/contract/disk.ts';
import { thisHost } from '../../src/disks/disk-host.ts';
import { readIdentity } from '../../src/disks/identity.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cephflow-identity-'));
});

afterEach(() => rmSync(root, { recursive: true }));

/** Identity of a disk whose kernel and udev attributes are these. */
async function identityOf(
  attributes: Record<string, string | Buffer>,
  { udev = '', type = 'disk' }: { udev?: string; type?: BlockDeviceType } = {},
): Promise<string | null> {
  for (const [name, value] of Object.entries(attributes)) {
    const path = join(root, 'sda', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, value);
  }
  writeFileSync(join(root, 'b8:0'), udev);
  const host = { ...thisHost('n1'), udevData: root };
  return readIdentity(host, { majorMinor: '8:0', sysPath: join(root, 'sda'), type });
}

describe('the identity of a disk', () => {
  it('is its WWN, the same whether the kernel or udev tells it', async () => {
    expect(await identityOf({}, { udev: 'E:ID_WWN_WITH_EXTENSION=0x5000C500A1B2C3D4\nE:ID_WWN=0x5000' })).toBe(
      'wwn:0x5000c500a1b2c3d4',
    );
    expect(await identityOf({ 'device/wwid': 'naa.5000c500a1b2c3d4\n', 'device/serial': 'S1' })).toBe(
      'wwn:0x5000c500a1b2c3d4',
    );
  });

  it('of an NVMe namespace is the one of the namespace, not the serial of its controller', async () => {
    expect(await identityOf({ wwid: 'eui.0025385971B0D6E1', 'device/serial': 'S4EV' })).toBe(
      'wwn:eui.0025385971b0d6e1',
    );
  });

  it('is its serial number where there is no WWN', async () => {
    expect(await identityOf({ serial: 'disk-a ' }, { udev: 'E:ID_SERIAL=other' })).toBe('serial:disk-a');
  });

  it('is the serial number page of SCSI, then what udev knows', async () => {
    expect(await identityOf({ 'device/vpd_pg80': Buffer.from('\0\x80\0\x06  AB12', 'latin1') })).toBe('serial:AB12');
    rmSync(join(root, 'sda'), { recursive: true });
    expect(await identityOf({}, { udev: 'I:1\nE:ID_SERIAL=QEMU_1' })).toBe('serial:QEMU_1');
  });

  it('is nothing where the hardware tells nothing, or only zeros', async () => {
    expect(
      await identityOf({ serial: '', wwid: 'eui.0000000000000000' }, { udev: 'E:ID_WWN=0x0000000000000000' }),
    ).toBeNull();
  });

  it('of a loop device is its backing file, and nothing once that file is deleted', async () => {
    expect(await identityOf({ 'loop/backing_file': '/a/b.img\n' }, { type: 'loop' })).toBe('loop:/a/b.img');
    expect(await identityOf({ 'loop/backing_file': '/a/b.img (deleted)\n' }, { type: 'loop' })).toBeNull();
  });

  it('is never given to memory devices', async () => {
    expect(await identityOf({ serial: 'x' }, { type: 'zram' })).toBeNull();
  });
});
