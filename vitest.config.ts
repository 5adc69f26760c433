import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    // Real servers are started and stopped in tests: generous bounds, and never an endless one.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    // Real servers on a shared machine: CI tries a failed test once more, and a fault that is real fails twice.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
});
