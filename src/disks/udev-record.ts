import { join } from 'node:path';
import type { DiskHost } from './disk-host.ts';
import { readText } from './kernel-files.ts';

export interface UdevRecord {
  /** Properties such as `ID_SERIAL`. */
  properties: Map<string, string>;
  /** When udev saw the device first, in microseconds since boot. It stays when a loop device is given another file. */
  initialisedAt: number | null;
}

/** What udev keeps about a device; nothing where it has no record. */
export async function readUdevRecord(host: Pick<DiskHost, 'udevData'>, number: string): Promise<UdevRecord> {
  const lines = ((await readText(join(host.udevData, `b${number}`))) ?? '').split('\n');
  const properties = lines.filter((line) => line.startsWith('E:') && line.includes('='));
  const [initialised] = lines.flatMap((line) => /^I:(\d+)$/.exec(line)?.[1] ?? []);
  return {
    properties: new Map(
      properties.map((line) => [line.slice(2, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
    initialisedAt: initialised === undefined ? null : Number(initialised),
  };
}
