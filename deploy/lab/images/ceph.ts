import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { timed } from '../progress.ts';
import { LabRefusal } from '../refusal.ts';
import { buildah } from './buildah.ts';
import { ensureBaseImage, type BaseSuite } from './base.ts';

/** The Debian suites whose Ceph the lab can run, oldest first, with the base each is installed on. */
const bases = { bookworm: 'bookworm', trixie: 'trixie', forky: 'trixie' } as const satisfies Record<string, BaseSuite>;

export type CephSuite = keyof typeof bases;
export const cephSuites: readonly CephSuite[] = ['bookworm', 'trixie', 'forky'];
/** What the demo runs. */
export const newestCephSuite: CephSuite = 'forky';

export function cephSuiteOf(word: string): CephSuite {
  const suite = cephSuites.find((candidate) => candidate === word);
  if (suite === undefined) {
    throw new LabRefusal(
      `No Ceph image can be made for "${word}", because the Debian suites known here are ${cephSuites.join(', ')}.`,
    );
  }
  return suite;
}

const recipe = join(import.meta.dirname, '../../images/ceph.Dockerfile');

/** Changes when the image would be built differently. */
export async function cephRecipeHash(suite: CephSuite): Promise<string> {
  return createHash('sha256')
    .update(suite)
    .update(await readFile(recipe))
    .digest('hex')
    .slice(0, 12);
}

/**
 * Builds the Ceph image of a suite and names it by the version that its own `ceph` prints: `localhost/ceph:20.2.4`.
 * The version is never assumed, because a suite moves on.
 */
export async function buildCephImage(suite: CephSuite): Promise<{ image: string; version: string }> {
  const base = await ensureBaseImage(bases[suite]);
  const draft = `localhost/ceph-draft:${suite}`;
  await timed({ what: `Ceph image from Debian ${suite}`, usually: '40 s to 2 min' }, () =>
    buildah([
      'bud',
      '--build-arg',
      `BASE=${base}`,
      '--build-arg',
      `SUITE=${suite}`,
      '-t',
      draft,
      '-f',
      recipe,
      join(recipe, '..'),
    ]),
  );
  const version = await versionInside(draft);
  const image = `localhost/ceph:${version}`;
  await buildah(['tag', draft, image]);
  await buildah(['rmi', draft]);
  return { image, version };
}

async function versionInside(image: string): Promise<string> {
  const container = await buildah(['from', '--pull-never', image]);
  try {
    return cephVersionOf(await buildah(['run', container, '--', 'ceph', '--version']));
  } finally {
    await buildah(['rm', container]);
  }
}

/** Reads "ceph version 20.2.4 (<commit>) tentacle (stable)". */
export function cephVersionOf(line: string): string {
  const version = /^ceph version (\d+\.\d+\.\d+)/m.exec(line)?.[1];
  if (version === undefined) throw new Error(`The image's ceph does not print a version but: ${line.slice(0, 200)}`);
  return version;
}
