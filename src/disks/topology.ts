import { join } from 'node:path';
import { listNames, readText } from './kernel-files.ts';

export interface Topology {
  /** Kernel names of partitions, sorted. */
  partitions: string[];
  /** Kernel names of devices built on the disk or its partitions, however many layers above, sorted. */
  holders: string[];
  /** Device numbers of the disk, its partitions and everything above. */
  numbers: Set<string>;
}

/** What the kernel has made of a disk: partitions and the devices stacked on it. */
export async function readTopology(sys: string, sysPath: string): Promise<Topology> {
  const partitions: string[] = [];
  for (const name of await listNames(sysPath)) {
    if (await readText(join(sysPath, name, 'partition'))) partitions.push(name);
  }
  const holders = new Set<string>();
  const numbers = new Set<string>();
  const waiting = [sysPath, ...partitions.map((name) => join(sysPath, name))];
  for (const directory of waiting) {
    const number = await readText(join(directory, 'dev'));
    if (number) numbers.add(number);
    for (const holder of await listNames(join(directory, 'holders'))) {
      if (holders.has(holder)) continue;
      holders.add(holder);
      waiting.push(join(sys, 'block', holder));
    }
  }
  return { partitions, holders: [...holders].sort(), numbers };
}
