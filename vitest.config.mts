import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Of two cores vitest would leave one idle.
    maxWorkers: '100%',
    // A time-out is for what never ends. Tests with random or extreme input take many seconds on a busy machine, and no
    // test asserts a time: test/performance.test.ts compares processor times of one run, test/bench measures.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/corpus/**', 'test/live/**', 'test/vscode/**'],
          // The tests share no state: loading the modules anew for each file would cost more than the tests.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          // In turn, so that nothing is shared at the same time.
          fileParallelism: false,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          // Real configurations that are no part of the project: test/corpus/corpus.ts says where they are.
          name: 'corpus',
          include: ['test/corpus/**/*.test.ts'],
        },
      },
    ],
  },
});
