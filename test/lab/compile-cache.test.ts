import { mkdtemp, open, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stageCompileCache } from '../../deploy/lab/images/compile-cache.ts';
import { projectRoot, stageSources } from '../../deploy/lab/images/project-files.ts';
import { inherit } from '../../src/disks/inherit.ts';

describe("the image's compile cache", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compile-cache-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  // Three programs one after the other load all sources: more than the usual time on a busy machine.
  it('spares a worker the TypeScript compiler, wherever the folder was moved to', { timeout: 60_000 }, async () => {
    const staged = join(folder, 'staged');
    await stageSources(staged);
    await stageCompileCache(staged);
    const moved = join(folder, 'moved');
    await rename(staged, moved);
    await symlink(join(projectRoot, 'node_modules'), join(moved, 'node_modules'));
    // Before anything runs from it: Node itself writes its own eval's code there, for its user alone.
    expect(await modesIn(join(moved, 'compile-cache'))).toEqual([0o644]);
    // Into a file: into a pipe that is full for a moment Node loses parts of what it tells.
    const log = join(folder, 'log');
    await using written = await open(log, 'w');
    await execa(
      join(projectRoot, 'node_modules/node/bin/node'),
      ['--input-type=module', '--eval', `await import(${JSON.stringify(join(moved, 'worker/agent.ts'))})`],
      {
        stderr: inherit(written.fd),
        env: {
          NODE_COMPILE_CACHE: join(moved, 'compile-cache'),
          NODE_COMPILE_CACHE_PORTABLE: '1',
          NODE_DEBUG_NATIVE: 'COMPILE_CACHE',
        },
      },
    );
    const told = (await readFile(log, 'utf8')).split('\n');
    const asked = told.filter((line) => line.includes('retrieving transpile cache'));
    expect(asked.some((line) => line.includes('worker/agent.ts'))).toBe(true);
    expect(asked.filter((line) => !line.endsWith('success'))).toEqual([]);
    // The ops worker is another user, and may only read.
    const users = (await readdir(join(moved, 'compile-cache'))).map((name) => name.slice(name.lastIndexOf('-') + 1));
    expect(users.toSorted()).toEqual(['0', '65532']);
  });
});

/** The modes that files below this folder have, each once. */
async function modesIn(folder: string): Promise<number[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const modes = await Promise.all(files.map(async (file) => (await stat(file)).mode & 0o777));
  return [...new Set(modes)];
}
