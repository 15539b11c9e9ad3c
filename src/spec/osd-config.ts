import { z } from 'zod';

const CRUSH_NAME = /^[A-Za-z0-9_.-]+$/;

const optional = (description: string, matches: RegExp, form: string) =>
  z
    .string()
    .refine((value) => value === '' || matches.test(value), { error: `must be ${form}` })
    .optional()
    .describe(description);

const megabytes = (description: string) => optional(description, /^\d+$/, 'a number of MB in quotes, e.g. "1024"');

/** Settings of OSDs. Every value is text, as in Rook; the same keys hold for the cluster, a node and a device. */
export const osdConfig = z
  .strictObject({
    deviceClass: optional(
      'Device class of the OSDs, e.g. hdd, ssd, nvme.',
      CRUSH_NAME,
      'one word of letters, digits, ".", "_" and "-", e.g. ssd',
    ),
    initialWeight: optional(
      'CRUSH weight of a new OSD; without it the size in TiB.',
      /^\d+(\.\d+)?$/,
      'a number in quotes, e.g. "1.5"',
    ),
    crushRoot: optional('CRUSH root that holds the hosts.', CRUSH_NAME, 'a CRUSH name, e.g. default'),
    primaryAffinity: optional(
      'How readily the OSD is primary, 0 to 1.',
      /^(0(\.\d+)?|1(\.0+)?)$/,
      'a number from 0 to 1 in quotes, e.g. "0.5"',
    ),
    metadataDevice: z.string().optional().describe('Another device for the metadata of the OSDs.'),
    databaseSizeMB: megabytes('Size of the database on a metadata device, in MB.'),
    walSizeMB: megabytes('Size of the write-ahead log on a metadata device, in MB.'),
    osdsPerDevice: optional('Number of OSDs on one device.', /^[1-9]\d*$/, 'a number from 1 in quotes, e.g. "1"'),
    encryptedDevice: optional('Whether the device is encrypted.', /^(true|false)$/, '"true" or "false" in quotes'),
  })
  .describe('Settings of OSDs; a device comes before its node, a node before the cluster.');
