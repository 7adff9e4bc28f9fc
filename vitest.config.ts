import { defineConfig } from 'vitest/config';

/** `npm test` is everything that needs nothing beyond `npm ci`; suites on real services live in test/services and run by name. */
export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/services/**', '**/node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
