import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';

const slot = Symbol.for('modelgate.duckdb');

/**
 * Loads the native library from a verified folder and then the client over it. A process holds one engine: a second
 * call gives the first one's client.
 */
export async function loadClient(folder: string): Promise<typeof import('@duckdb/node-api')> {
  if (Reflect.get(globalThis, slot) === undefined) {
    Reflect.set(globalThis, slot, createRequire(import.meta.url)(path.join(folder, 'duckdb.node')));
  }
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@duckdb/node-bindings'
        ? { url: new URL('./engine-slot.cjs', import.meta.url).href, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
  });
  try {
    // A CommonJS package: under esbuild only the default export holds its names.
    return (await import('@duckdb/node-api')).default;
  } finally {
    hooks.deregister();
  }
}
