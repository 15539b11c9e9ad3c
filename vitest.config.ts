import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/lab/stories/**'],
          testTimeout: 20_000,
          // Most tests wait for a program or a server of their own, not for a processor.
          maxWorkers: 4,
          // Of one file; the same holds for those that say that they may run side by side.
          maxConcurrency: 10,
          // No test replaces a module, so all files of a worker share the loaded ones.
          isolate: false,
        },
      },
    ],
  },
});
