import { defineConfig } from 'vitest/config';

const shared = {
  // Of one file; the same holds for those that say that they may run side by side.
  maxConcurrency: 10,
  // Most tests wait for a program or a server of their own, not for a processor.
  maxWorkers: 4,
  // No test replaces a module, so all files of a worker share the loaded ones.
  isolate: false,
};

const WORKFLOWS = 'test/workflows/**';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/lab/stories/**', WORKFLOWS],
          testTimeout: 20_000,
        },
      },
      {
        // The real bundle against a real Temporal server.
        test: { ...shared, name: 'workflows', include: [`${WORKFLOWS}/*.test.ts`], testTimeout: 20_000 },
      },
    ],
  },
});
