import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Of two cores vitest would leave one idle.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/corpus/**', 'test/live/**', 'test/vscode/**'],
          // The tests share no state: loading the modules anew for each file would cost more than the tests.
          isolate: false,
        },
      },
      {
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          // Real configurations that are no part of the project: test/corpus/corpus.ts says where they are.
          name: 'corpus',
          include: ['test/corpus/**/*.test.ts'],
          testTimeout: 300_000,
        },
      },
    ],
  },
});
