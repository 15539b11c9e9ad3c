import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheEntry, clearScratch } from '../../deploy/lab/cache.ts';

const cacheModule = join(import.meta.dirname, '../../deploy/lab/cache.ts');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lab-cache-'));
  process.env['LAB_CACHE'] = root;
});

afterEach(() => {
  delete process.env['LAB_CACHE'];
  rmSync(root, { recursive: true });
});

describe('the cache', () => {
  it('makes an entry once and finds it afterwards', async () => {
    let made = 0;
    const make = async (directory: string): Promise<void> => {
      made += 1;
      await writeFile(join(directory, 'program'), 'whole');
    };
    await cacheEntry(join(root, 'entry'), make);
    await cacheEntry(join(root, 'entry'), make);
    expect(made).toBe(1);
    expect(readFileSync(join(root, 'entry', 'program'), 'utf8')).toBe('whole');
  });

  it('has no entry after the process that made it was killed half-way, and makes it whole the next time', async () => {
    const entry = join(root, 'entry');
    const script = `
      import { cacheEntry } from ${JSON.stringify(cacheModule)};
      import { writeFile } from 'node:fs/promises';
      await cacheEntry(${JSON.stringify(entry)}, async (directory) => {
        await writeFile(directory + '/program', 'half');
        process.kill(process.pid, 'SIGKILL');
        await new Promise(() => setInterval(() => {}, 1000));
      });`;
    const killed = await execa('node', ['--input-type=module', '--eval', script], { reject: false });
    expect(killed.signal).toBe('SIGKILL');
    expect(readdirSync(join(root, 'scratch'))).toHaveLength(1);
    expect(existsSync(entry)).toBe(false);

    await cacheEntry(entry, (directory) => writeFile(join(directory, 'program'), 'whole'));
    expect(readFileSync(join(entry, 'program'), 'utf8')).toBe('whole');
    await clearScratch();
    expect(readdirSync(join(root, 'scratch'))).toEqual([]);
  });

  it('passes on why an entry could not be made, and has none', async () => {
    const failing = cacheEntry(join(root, 'entry'), () => Promise.reject(new Error('no room')));
    await expect(failing).rejects.toThrow('no room');
    expect(existsSync(join(root, 'entry'))).toBe(false);
  });
});
