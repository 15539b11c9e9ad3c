import { beforeAll, describe, it } from 'vitest';
import { CLUSTER } from '../../deploy/demo/example.ts';
import { expectNoLeak } from './expect-no-leak.ts';
import { bootstrapUnderKills, replacementUnderKills } from './kill-story.ts';
import { useLab } from './lab.ts';
import { strikesOf, tellStrikes } from './seeds.ts';
import { freshGround } from './ground.ts';

/** The seed of the landing tier; the long tier has more. */
const SEED = Number(process.env['E2E_SEED'] ?? 1);

describe('bootstrap while ops workers, agents, API server and Temporal are killed', () => {
  beforeAll(async () => freshGround(await useLab()));

  const strikes = tellStrikes(strikesOf('bootstrap', SEED));

  it(`ends as if nothing had happened (seed ${SEED}: ${strikes}, agents inside ceph-osd --mkfs)`, () =>
    bootstrapUnderKills({ seed: SEED, mkfs: 'kill' }));

  const later = tellStrikes(strikesOf('replace-disk', SEED));
  it(`a disk that is replaced keeps its OSD's id and every byte (seed ${SEED}: ${later})`, { timeout: 900_000 }, () =>
    replacementUnderKills({ seed: SEED, node: 'n3' }),
  );

  it('no key came to light by it', () => expectNoLeak(CLUSTER));
});
