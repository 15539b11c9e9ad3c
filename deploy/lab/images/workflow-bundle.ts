import { createHash } from 'node:crypto';
import { cp, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheEntry } from '../cache.ts';
import { labPaths } from '../paths.ts';
import { run } from '../run.ts';
import { projectRoot } from './project-files.ts';

/** What workflow code may import (a test holds this), and so all that the bundle depends on beside the packages. */
const BUNDLED = ['workflows', 'src/contract', 'src/console', 'src/spec'];

/** Puts the workflow bundle into a staged folder; bundles only when workflow code or packages changed, which costs 5 s. */
export async function stageWorkflowBundle(folder: string): Promise<void> {
  const root = join(labPaths().cache, 'bundles');
  const key = await bundleKey();
  const entry = await cacheEntry(join(root, key), async (directory) => {
    const target = join(directory, 'workflow-bundle.js');
    await run(process.execPath, [join(projectRoot, 'worker/bundle.ts'), target]);
  });
  await cp(join(entry, 'workflow-bundle.js'), join(folder, 'workflow-bundle.js'));
  for (const old of await readdir(root)) if (old !== key) await rm(join(root, old), { recursive: true, force: true });
}

async function bundleKey(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(projectRoot, 'package-lock.json')));
  for (const folder of BUNDLED) {
    const names = await readdir(join(projectRoot, folder), { recursive: true });
    for (const name of names.filter((file) => file.endsWith('.ts')).toSorted())
      hash.update(`${folder}/${name}\n`).update(await readFile(join(projectRoot, folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
