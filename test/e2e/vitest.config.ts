import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ByName } from './by-name.ts';

const EVERY = 'test/e2e/**/*.test.ts';
const LONG = 'test/e2e/**/*.long.test.ts';
const DAY2 = 'test/e2e/**/*.day2.test.ts';

/**
 * Tiers by the end of a story's name: `npm test` lands with those that have none, `npm run test:all` runs all, and
 * `npm run test:day2` those about disks and hosts of a running cluster.
 */
const TIERS: Record<string, { include: string[]; exclude: string[] }> = {
  landing: { include: [EVERY], exclude: [LONG, DAY2] },
  all: { include: [EVERY], exclude: [] },
  day2: { include: [DAY2], exclude: [] },
};
const tier = process.env['E2E_TIER'] ?? 'landing';
const stories = TIERS[tier];
if (stories === undefined)
  throw new Error(`E2E_TIER "${tier}" is not known; there are ${Object.keys(TIERS).join(', ')}.`);

export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    name: 'e2e',
    ...stories,
    globalSetup: ['test/e2e/fresh-lab.ts'],
    fileParallelism: false,
    sequence: { sequencer: ByName },
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
});
