import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** Suites on real programs (test/services/install-tools.sh brings them): one after another, as each may use the whole machine. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/services/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
