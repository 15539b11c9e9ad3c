import { execa } from 'execa';
import { expect, it } from 'vitest';
import { FIND_DISK } from '../../src/manifests/osd-disk.ts';

/** Names that the script's own filter lets through. */
async function lookedAt(...names: string[]): Promise<string[]> {
  const [filter = ''] = /^ *case "\$name" in .* esac$/m.exec(FIND_DISK) ?? [];
  expect(filter).not.toBe('');
  const script = `for name in "$@"; do\n${filter}\necho "$name"\ndone`;
  return (await execa('bash', ['-c', script, 'bash', ...names], { lines: true })).stdout;
}

it('an OSD that looks for its disk never reads a network device, which may hang while the cluster is down', async () => {
  expect(await lookedAt('rbd0', 'rbd12', 'rbd0p1', 'nbd3', 'zram0', 'ram1', 'sr0', 'fd0')).toEqual([]);
});

it('an OSD looks at everything that can be its disk', async () => {
  const disks = ['sda', 'sdb1', 'nvme0n1', 'vda', 'dm-0', 'loop7', 'md127', 'cciss!c0d0'];
  expect(await lookedAt(...disks)).toEqual(disks);
});
