import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { listNames } from './kernel-files.ts';

/** Links under /dev/disk/by-*, sorted, by the path of the device they point to. */
export async function readAliases(dev: string): Promise<Map<string, string[]>> {
  const aliases = new Map<string, string[]>();
  for (const kind of (await listNames(join(dev, 'disk'))).filter((name) => name.startsWith('by-'))) {
    for (const name of await listNames(join(dev, 'disk', kind))) {
      const link = join(dev, 'disk', kind, name);
      const target = await realpath(link).catch(() => null);
      if (target) aliases.set(target, [...(aliases.get(target) ?? []), link]);
    }
  }
  return aliases;
}
