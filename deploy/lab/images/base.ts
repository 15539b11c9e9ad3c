import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { runBuild } from '../build-process.ts';
import { cacheEntry } from '../cache.ts';
import { labPaths } from '../paths.ts';
import { timed } from '../progress.ts';
import { LabRefusal } from '../refusal.ts';
import { run } from '../run.ts';
import { buildah, buildahHas } from './buildah.ts';

/** A Debian suite that can be the base of an image. Forky's Ceph is installed on trixie, as its own base is in flux. */
export type BaseSuite = 'bookworm' | 'trixie';

/** Makes the Debian base image from the machine's own package source. Idempotent; returns the image's name. */
export async function ensureBaseImage(suite: BaseSuite): Promise<string> {
  const image = `localhost/debian:${suite}`;
  const archive = await cacheEntry(join(labPaths().cache, `base-${suite}`), (directory) =>
    timed({ what: `Debian ${suite} base system`, usually: '25 s to 1 min' }, () => bootstrapDebian(suite, directory)),
  );
  if (await buildahHas(image)) return image;
  await timed({ what: `Base image ${image}`, usually: 'about 10 s' }, () => buildah(['bud', '-t', image, archive]));
  return image;
}

async function bootstrapDebian(suite: BaseSuite, directory: string): Promise<void> {
  const source = await debianSource();
  const tarball = join(directory, 'base.tar');
  await runBuild('mmdebstrap', ['--variant=minbase', suite, tarball, `deb ${source} ${suite} main`]);
  await writeFile(join(directory, 'Dockerfile'), 'FROM scratch\nADD base.tar /\nCMD ["/bin/bash"]\n');
}

/** The base address of Debian packages that this machine uses itself, or `LAB_DEBIAN_SOURCE`. */
export async function debianSource(): Promise<string> {
  const override = process.env['LAB_DEBIAN_SOURCE'];
  if (override !== undefined && override !== '') return override;
  const targets = await run('apt-get', [
    'indextargets',
    '--format',
    '$(CREATED_BY) $(ORIGIN) $(LABEL) $(COMPONENT) $(SITE)',
  ]);
  const site = debianSiteOf(targets);
  if (site === undefined) {
    throw new LabRefusal(
      'The Ceph image cannot be built because no Debian main package source is set up on this machine ' +
        '(or its lists were never fetched); run apt-get update, or set LAB_DEBIAN_SOURCE to the base address of a Debian mirror.',
    );
  }
  return site;
}

/** Picks the main archive out of apt's index targets: lines of "creator origin label component site". */
export function debianSiteOf(targets: string): string | undefined {
  const line = targets.split('\n').find((candidate) => /^Packages Debian Debian main \S+$/.test(candidate.trim()));
  return line?.trim().split(' ').at(-1);
}
