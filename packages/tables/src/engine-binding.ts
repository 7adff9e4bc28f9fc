import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { UserError } from '@modelgate/core';

const slot = Symbol.for('modelgate.duckdb');

/**
 * Loads the native library from a verified folder and then the client over it. A process holds one engine: a second
 * call gives the first one's client.
 *
 * @throws UserError `engine-unavailable` when this machine cannot load the library
 */
export async function loadClient(folder: string): Promise<typeof import('@duckdb/node-api')> {
  if (Reflect.get(globalThis, slot) === undefined) Reflect.set(globalThis, slot, nativePart(folder));
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

function nativePart(folder: string): unknown {
  try {
    return createRequire(import.meta.url)(path.join(folder, 'duckdb.node'));
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UserError('engine-unavailable', `The embedded engine (DuckDB) cannot be loaded on this machine: ${why}`, {
      how: 'The libraries are the right ones for this platform, but its system refuses them: use a newer runner image.',
      cause: error,
    });
  }
}
