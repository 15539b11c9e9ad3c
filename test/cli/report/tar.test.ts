import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tarOf } from '../../../src/cli/report/tar.ts';

describe('the archive', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'report-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const long = `${'folder-'.repeat(18)}/${'x'.repeat(96)}.log`;
  const files = [
    { path: 'r/empty.txt', content: Buffer.from('') },
    { path: 'r/block.bin', content: Buffer.alloc(512, 7) },
    { path: 'r/text.txt', content: Buffer.from('größer\n'.repeat(300)) },
    { path: long, content: Buffer.from('deep') },
  ];

  it("is unpacked by the system's tar to the same files, which only their owner may read", async () => {
    writeFileSync(join(directory, 'a.tar'), tarOf(files, 1_700_000_000));
    const { stderr } = await execa('tar', ['--extract', '--file', 'a.tar'], { cwd: directory });
    expect(stderr).toBe('');
    for (const { path, content } of files) {
      expect(readFileSync(join(directory, path)).equals(content), path).toBe(true);
      const { mode, mtimeMs } = statSync(join(directory, path));
      expect([mode & 0o777, mtimeMs]).toEqual([0o600, 1_700_000_000_000]);
    }
  });

  it('refuses a path that would be cut off', () => {
    expect(() => tarOf([{ path: 'x'.repeat(101), content: Buffer.from('') }], 0)).toThrow(/too long/);
  });
});
