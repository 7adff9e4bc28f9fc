import { defineConfig } from 'vitest/config';

/** `npm test` is everything that needs nothing beyond `npm ci`; suites on real services live in test/services and run by name. */
export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/services/**', '**/node_modules/**'],
    // Most suites wait for steps that they start as processes: a worker for each core, not one less, which is one of two.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
