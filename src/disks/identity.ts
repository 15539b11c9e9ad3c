import { join } from 'node:path';
import type { BlockDevice } from './block-devices.ts';
import type { DiskHost } from './disk-host.ts';
import { readBytes, readText } from './kernel-files.ts';
import { readUdevRecord } from './udev-record.ts';

const tidy = (text: string | null | undefined): string | null => text?.trim().replaceAll(/\s+/g, '_') || null;

/** One spelling for one WWN, whether the kernel (`naa.5000...`) or udev (`0x5000...`) told it. All zeros is no WWN. */
function wwn(text: string | null | undefined): string | null {
  const name = tidy(text)?.replace(/^naa\.|^0x/i, '0x');
  if (!name || /^(0x|eui\.|uuid\.)?[0-]+$/i.test(name)) return null;
  return /^(0x|eui\.|uuid\.)/i.test(name) ? name.toLowerCase() : name;
}

/** Unit serial number page of SCSI (page 0x80): four bytes of header, then the number. */
const scsiSerial = (page: Buffer | null): string | null =>
  page && page.length > 4
    ? tidy(
        page
          .subarray(4, 4 + page.readUInt16BE(2))
          .toString('latin1')
          .replaceAll('\0', ''),
      )
    : null;

async function loopIdentity(sysPath: string): Promise<string | null> {
  const file = await readText(join(sysPath, 'loop', 'backing_file'));
  // A deleted file's name may be given to a new file, so it tells nothing about this device.
  return file && !file.endsWith(' (deleted)') ? `loop:${file}` : null;
}

/**
 * What this device is, whatever its name: `wwn:...`, `serial:...` or `loop:<backing file>`; `null` where the hardware tells none.
 * The kernel is asked first, udev second, because a udev record may come and go while the disk stays.
 */
export async function readIdentity(
  host: DiskHost,
  device: Pick<BlockDevice, 'majorMinor' | 'sysPath' | 'type'>,
): Promise<string | null> {
  const { sysPath, type } = device;
  if (type === 'loop') return loopIdentity(sysPath);
  if (type !== 'disk') return null;
  const { properties: udev } = await readUdevRecord(host, device.majorMinor);
  const name =
    wwn(await readText(join(sysPath, 'device', 'wwid'))) ??
    wwn(await readText(join(sysPath, 'wwid'))) ??
    wwn(udev.get('ID_WWN_WITH_EXTENSION')) ??
    wwn(udev.get('ID_WWN'));
  if (name) return `wwn:${name}`;
  const serial =
    tidy(await readText(join(sysPath, 'serial'))) ??
    tidy(await readText(join(sysPath, 'device', 'serial'))) ??
    scsiSerial(await readBytes(join(sysPath, 'device', 'vpd_pg80'))) ??
    tidy(udev.get('ID_SERIAL'));
  return serial ? `serial:${serial}` : null;
}
