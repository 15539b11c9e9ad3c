import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheEntry, inScratch } from '../cache.ts';
import { labPaths } from '../paths.ts';
import { timed } from '../progress.ts';
import { LabRefusal } from '../refusal.ts';
import { run } from '../run.ts';

/**
 * Path of promtool, which tests alert rules. It is taken out of Debian's package of Prometheus and put into the cache, as a whole or not at
 * all; the package is not installed, because that would start a Prometheus on this machine. Idempotent.
 */
export async function ensurePromtool(): Promise<string> {
  const version = (await candidate()) ?? (await candidateAfterUpdate());
  const entry = join(labPaths().cache, `promtool-${version}`);
  await cacheEntry(entry, (directory) =>
    timed({ what: `promtool ${version} from Debian's package`, usually: 'about 10 s' }, () =>
      unpack(directory, version),
    ),
  );
  return join(entry, 'promtool');
}

/** Version that apt would take; `undefined` where its lists have none, which is so before their first update. */
async function candidate(): Promise<string | undefined> {
  const policy = await run('apt-cache', ['policy', 'prometheus'], { env: { LC_ALL: 'C' } });
  const version = /^ {2}Candidate: (\S+)$/m.exec(policy)?.[1];
  return version === '(none)' ? undefined : version;
}

async function candidateAfterUpdate(): Promise<string> {
  await timed({ what: 'lists of Debian packages', usually: '5 to 20 s' }, () => run('apt-get', ['update']));
  const version = await candidate();
  if (version !== undefined) return version;
  throw new LabRefusal(
    'The alert rules cannot be tested, because the package sources of this machine have no package prometheus; add a Debian mirror to them.',
  );
}

async function unpack(directory: string, version: string): Promise<void> {
  await inScratch(async (scratch) => {
    await run('apt-get', ['download', `prometheus=${version}`], { cwd: scratch });
    const [archive = ''] = (await readdir(scratch)).filter((name) => name.endsWith('.deb'));
    await run('dpkg-deb', ['-x', join(scratch, archive), join(scratch, 'files')]);
    await rename(join(scratch, 'files', 'usr/bin/promtool'), join(directory, 'promtool'));
  });
}
