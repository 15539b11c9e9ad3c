import { beforeAll, describe, it } from 'vitest';
import { replaceOpsWorkers } from '../../deploy/demo/workers.ts';
import { freshGround } from './ground.ts';
import { bootstrapUnderKills, teardownUnderKills } from './kill-story.ts';
import { useLab } from './lab.ts';
import { strikesOf, tellStrikes } from './seeds.ts';

/** Further seeds: `E2E_SEEDS=7,8,9` picks others. */
const SEEDS = (process.env['E2E_SEEDS'] ?? '2,3,4').split(',').map(Number);

describe.each(SEEDS)('while ops workers, agents, API server and Temporal are killed by seed %i', (seed) => {
  beforeAll(async () => {
    const lab = await useLab();
    // Three seeds in a row kill them so often that the kubelet would hold them back for five minutes.
    await replaceOpsWorkers();
    await freshGround(lab);
  });

  it(`bootstrap ends as if nothing had happened (${tellStrikes(strikesOf('bootstrap', seed))})`, () =>
    bootstrapUnderKills({ seed, mkfs: seed % 2 === 0 ? 'kill' : 'leave' }));

  it(`teardown leaves nothing (${tellStrikes(strikesOf('teardown', seed))})`, () => teardownUnderKills(seed));
});
