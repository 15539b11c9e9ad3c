import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKernelVersion, readMachineId } from '../../src/disks/host.ts';

it('a host is known by its machine id, and not guessed where it has none', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cephflow-host-'));
  const path = join(directory, 'machine-id');
  await expect(readMachineId(path)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  writeFileSync(path, '0123456789abcdef0123456789abcdef\n');
  expect(await readMachineId(path)).toBe('0123456789abcdef0123456789abcdef');
  rmSync(directory, { recursive: true });
});

it('the kernel version is the one of the running kernel', () => {
  expect(readKernelVersion()).toMatch(/^\d+\.\d+/);
});
