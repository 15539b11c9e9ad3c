import { readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '../run.ts';
import { projectRoot } from './project-files.ts';

/** Where the image's environment says that Node keeps its cache (deploy/images/cephflow.Dockerfile). */
const CACHE = 'compile-cache';
const ENTRIES = ['worker/agent.ts', 'worker/ops.ts'];

/**
 * Lets Node load the workers' sources in a staged folder once and keep what it made of them. With that a worker starts without Node's
 * TypeScript compiler, which takes 26 MB of every worker and half a second of a processor at every start. Another Node, or a file that has
 * changed, ignores what does not fit.
 */
export async function stageCompileCache(folder: string): Promise<void> {
  const packages = join(folder, 'node_modules');
  await symlink(join(projectRoot, 'node_modules'), packages);
  const loads = ENTRIES.map((entry) => `await import(${JSON.stringify(pathToFileURL(join(folder, entry)).href)});`);
  await run(join(projectRoot, 'node_modules/node/bin/node'), ['--input-type=module', '--eval', loads.join('\n')], {
    env: { NODE_COMPILE_CACHE: join(folder, CACHE), NODE_COMPILE_CACHE_PORTABLE: '1' },
  });
  await rm(packages);
  if ((await readdir(join(folder, CACHE))).length === 0)
    throw new Error('Node kept no compiled sources of the workers.');
}
