import { createHash } from 'node:crypto';
import { cp, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheEntry } from '../cache.ts';
import { labPaths } from '../paths.ts';
import { run } from '../run.ts';
import { projectRoot } from './project-files.ts';

/** What workflow code may import (a test holds this), and so all that the bundle depends on beside the packages. */
const BUNDLED = ['workflows', 'src/contract', 'src/console', 'src/spec'];
const BUNDLED_FILES = ['src/errors.ts', 'src/redact.ts', 'worker/bundle.ts', 'worker/workflow-code.ts'];

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
  const inFolders = await Promise.all(BUNDLED.map(sourcesOf));
  for (const name of [...inFolders.flat(), ...BUNDLED_FILES])
    hash.update(`${name}\n`).update(await readFile(join(projectRoot, name)));
  return hash.digest('hex').slice(0, 16);
}

async function sourcesOf(folder: string): Promise<string[]> {
  const names = await readdir(join(projectRoot, folder), { recursive: true });
  return names
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .map((name) => join(folder, name));
}
