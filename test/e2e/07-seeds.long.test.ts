import { beforeAll, describe, it } from 'vitest';
import { freshGround } from './ground.ts';
import { bootstrapUnderKills, teardownUnderKills } from './kill-story.ts';
import { useLab } from './lab.ts';
import { strikesOf, tellStrikes } from './seeds.ts';

/** Further seeds: `E2E_SEEDS=7,8,9` picks others. */
const SEEDS = (process.env['E2E_SEEDS'] ?? '2,3,4').split(',').map(Number);

describe.each(SEEDS)('while ops workers, agents, API server and Temporal are killed by seed %i', (seed) => {
  beforeAll(async () => freshGround(await useLab()));

  it(`bootstrap ends as if nothing had happened (${tellStrikes(strikesOf('bootstrap', seed))})`, () =>
    bootstrapUnderKills({ seed, mkfs: seed % 2 === 0 ? 'kill' : 'leave' }));

  it(`teardown leaves nothing (${tellStrikes(strikesOf('teardown', seed))})`, () => teardownUnderKills(seed));
});
