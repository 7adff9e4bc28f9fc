import { fileURLToPath } from 'node:url';

/**
 * esbuild plugin: the DuckDB client is bundled, its native part is not; `@duckdb/node-bindings` becomes the slot that
 * src/engine-binding.ts fills at run time.
 *
 * @returns {import('esbuild').Plugin}
 */
export function duckdbBinding() {
  const slot = fileURLToPath(new URL('../src/engine-slot.cjs', import.meta.url));
  return {
    name: 'duckdb-binding',
    setup(build) {
      build.onResolve({ filter: /^@duckdb\/node-bindings$/ }, () => ({ path: slot }));
    },
  };
}
