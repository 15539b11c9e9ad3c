import { cacheEntry } from '../cache.ts';
import { labPaths, versions } from '../paths.ts';
import { timed } from '../progress.ts';
import { LabRefusal } from '../refusal.ts';
import { succeeds } from '../run.ts';
import { buildKubernetes, buildTemporal } from './go-modules.ts';
import { downloadKubernetes, downloadTemporal } from './release.ts';

type Source = 'go' | 'release';

/** Puts Kubernetes, etcd and Temporal into the cache, each as a whole or not at all. Idempotent. */
export async function ensurePrograms(): Promise<void> {
  const source = await programSource();
  const how = source === 'go' ? 'from Go modules' : 'from its release';
  await cacheEntry(labPaths().programs.temporal, (directory) =>
    timed(
      { what: `Temporal CLI ${versions.temporal} ${how}`, usually: source === 'go' ? '1 to 5 min' : 'about 10 s' },
      () => (source === 'go' ? buildTemporal(directory) : downloadTemporal(directory)),
    ),
  );
  await cacheEntry(labPaths().programs.kubernetes, (directory) =>
    timed(
      { what: `Kubernetes ${versions.kubernetes} ${how}`, usually: source === 'go' ? '1 to 8 min' : 'about 30 s' },
      () => (source === 'go' ? buildKubernetes(directory) : downloadKubernetes(directory)),
    ),
  );
}

/** `LAB_SOURCE` decides; without it Go modules where Go is installed, else release downloads. */
export async function programSource(): Promise<Source> {
  const wanted = process.env['LAB_SOURCE'] ?? '';
  if (wanted !== '' && wanted !== 'go' && wanted !== 'release') {
    throw new LabRefusal(`LAB_SOURCE is "${wanted}", but only "go" and "release" are known.`);
  }
  if (wanted === 'release') return 'release';
  if (await succeeds('go', ['version'])) return 'go';
  if (wanted === 'go') throw new LabRefusal('LAB_SOURCE asks for a build from Go modules, but no go is on PATH.');
  return 'release';
}
