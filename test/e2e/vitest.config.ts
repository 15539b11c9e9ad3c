import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ByName } from './by-name.ts';

/** `E2E_TIER=long` adds the stories with more seeds. */
const LONG = process.env['E2E_TIER'] === 'long';

export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    name: 'e2e',
    include: ['test/e2e/**/*.test.ts'],
    exclude: LONG ? [] : ['test/e2e/**/*.long.test.ts'],
    globalSetup: ['test/e2e/fresh-lab.ts'],
    fileParallelism: false,
    sequence: { sequencer: ByName },
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
});
