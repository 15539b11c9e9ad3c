import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { activeFileSystems } from '../../src/disks/active-file-systems.ts';

describe('file systems that the kernel has mounted, as sysfs tells them', () => {
  let sys: string;
  beforeEach(async () => {
    sys = await mkdtemp(join(tmpdir(), 'cephflow-sysfs-'));
    for (const path of [
      'ext4/features',
      'ext4/sdb1',
      'xfs/dm-0',
      'xfs/stats',
      'btrfs/features',
      'btrfs/aaaa/devices/sdd',
    ])
      await mkdir(join(sys, 'fs', path), { recursive: true });
  });
  afterEach(() => rm(sys, { recursive: true }));

  it.each([
    ['a partition', ['sdb', 'sdb1'], ['ext4']],
    ['what is built on the disk', ['sdc', 'dm-0'], ['xfs']],
    ['a volume of several disks', ['sdd'], ['btrfs']],
  ])('are found on %s', async (_, names, types) => {
    expect(await activeFileSystems(sys, new Set(names))).toEqual(types);
  });

  it('are none on a disk beside them, or one whose name only begins the same', async () => {
    expect(await activeFileSystems(sys, new Set(['sdb', 'sde', 'dm-01']))).toEqual([]);
  });

  it('are none where the kernel has no such drivers', async () => {
    expect(await activeFileSystems(join(sys, 'absent'), new Set(['sdb']))).toEqual([]);
  });
});
