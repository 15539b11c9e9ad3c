import { chmod, cp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '../run.ts';
import { projectRoot } from './project-files.ts';

/** Where the image's environment says that Node keeps its cache (deploy/images/cephflow.Dockerfile). */
const CACHE = 'compile-cache';
/** Of agents, which are root, and of the ops worker (deploy/kubernetes/ops.yaml). */
const WORKER_UIDS = [0, 65532];
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
  await offerToWorkers(join(folder, CACHE));
}

/** Node looks into a folder that ends with its user's id: here the builder's, in a pod root (agent) or the image's user (ops worker). */
async function offerToWorkers(cache: string): Promise<void> {
  const [made] = await readdir(cache);
  if (made === undefined) throw new Error('Node kept no compiled sources of the workers.');
  const version = made.slice(0, made.lastIndexOf('-'));
  const [first = '', ...others] = WORKER_UIDS.map((uid) => join(cache, `${version}-${uid}`));
  await rename(join(cache, made), first);
  // Node keeps them to the builder alone.
  for (const name of await readdir(first)) await chmod(join(first, name), 0o644);
  for (const other of others) await cp(first, other, { recursive: true });
}
