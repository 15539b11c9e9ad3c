import { beforeAll, beforeEach, describe, it } from 'vitest';
import { bootstrapUnderKills } from './kill-story.ts';
import { freshGround } from './ground.ts';
import { useLab, type Lab } from './lab.ts';
import { strikesOf } from './seeds.ts';

/** Further seeds: `E2E_SEEDS=7,8,9` picks others. */
const SEEDS = (process.env['E2E_SEEDS'] ?? '2,3,4,5,6').split(',').map(Number);

describe('bootstrap while ops workers, agents, API server and Temporal are killed', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await useLab();
  });
  beforeEach(() => freshGround(lab));

  for (const seed of SEEDS) {
    const strikes = strikesOf(seed).map(({ victim, moment, activity }) => `${victim} ${moment} ${activity}`);
    it(`ends as if nothing had happened (seed ${seed}: ${strikes.join(', ')})`, () =>
      bootstrapUnderKills({ seed, mkfs: seed % 2 === 0 ? 'kill' : 'leave' }));
  }
});
